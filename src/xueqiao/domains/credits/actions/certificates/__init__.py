"""Certificates: issued, shown to others, suspended, revoked."""
