"""Keys and the time log."""
