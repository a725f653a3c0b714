"""Residents, families, consent, staff roles, sign-in."""
