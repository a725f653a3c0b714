"""Reads of payments, by subject."""
