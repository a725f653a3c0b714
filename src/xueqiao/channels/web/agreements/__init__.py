"""Agreements between institutions: what they carry, how they are used, who hands in trainees under them."""
