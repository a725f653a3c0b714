"""Excel files that people send us: read with care, answered in words; and those we send back."""
