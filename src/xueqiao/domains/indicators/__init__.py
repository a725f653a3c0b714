"""Figures with definition, denominator and evidence."""
