"""My learning, passport, certificates."""
