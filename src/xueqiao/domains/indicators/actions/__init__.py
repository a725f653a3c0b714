"""What indicators can do: one verb per file."""
