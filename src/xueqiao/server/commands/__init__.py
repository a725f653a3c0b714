"""Commands of the server: one module per group, found by channels/console/program.py."""
