"""Why the credit bank says no, by subject."""
