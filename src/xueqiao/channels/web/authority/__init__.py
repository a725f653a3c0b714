"""Figures with drill-down for authorities."""
