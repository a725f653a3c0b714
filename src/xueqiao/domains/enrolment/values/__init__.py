"""What crosses the door of enrolment, by subject."""
