"""Pure rules of payments, by subject."""
