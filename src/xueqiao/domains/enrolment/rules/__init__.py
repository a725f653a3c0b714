"""Pure rules of enrolment, by subject."""
