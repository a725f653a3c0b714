"""What can be done with points and volunteer time: one verb per file."""
