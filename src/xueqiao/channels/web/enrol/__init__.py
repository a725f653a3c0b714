"""Enrol in three screens (free) or four (paid)."""
