"""Seats: who holds one, until when, and who got in."""
