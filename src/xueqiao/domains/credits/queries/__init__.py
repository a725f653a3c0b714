"""Reads of the credit bank, by subject."""
