"""Who did what, for whom, by which authority: one row in the same transaction as the deed."""
