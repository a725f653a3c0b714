"""One deed, one file."""
