"""Why payments says no, by subject."""
