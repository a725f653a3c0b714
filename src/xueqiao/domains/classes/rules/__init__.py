"""Pure rules of classes, by subject."""
