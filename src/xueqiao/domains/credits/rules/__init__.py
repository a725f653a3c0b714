"""Pure rules of the credit bank, by subject."""
