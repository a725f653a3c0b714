"""Measurements with aims: `make bench`."""
