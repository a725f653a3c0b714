"""Reads of enrolment, by subject."""
