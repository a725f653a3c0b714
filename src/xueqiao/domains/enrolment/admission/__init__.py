"""Seats under load: the few statements that move a pool. Read README.md beside it first."""
