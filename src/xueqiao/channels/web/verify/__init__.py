"""Verify a certificate without signing in."""
