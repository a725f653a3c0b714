"""Facts recorded in the same transaction as the deed, delivered after commit."""
