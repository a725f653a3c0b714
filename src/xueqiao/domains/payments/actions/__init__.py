"""What can be done to bills and money: one verb per file."""
