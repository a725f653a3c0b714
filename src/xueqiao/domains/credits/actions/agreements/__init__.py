"""What two institutions promise each other: signed, suspended, ended; lists of trainees, looked at again by samples."""
