"""Named brands of classes: the matrix everybody sees, and the staff who keep it."""
