"""What crosses the door of credits, by subject."""
