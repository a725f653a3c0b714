"""Dated, scoped rule parameters: a number that differs between places is a row with a source, never a constant."""
