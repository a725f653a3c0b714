"""Why enrolment says no, by subject."""
