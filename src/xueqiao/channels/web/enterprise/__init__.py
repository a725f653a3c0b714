"""Enterprises: their own pages, and the desk that verifies, quotes, opens classes and keeps their money."""
