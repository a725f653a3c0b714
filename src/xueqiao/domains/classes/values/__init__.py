"""What crosses the door of classes, by subject."""
