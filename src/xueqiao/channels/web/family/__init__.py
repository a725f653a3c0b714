"""The people I act for."""
