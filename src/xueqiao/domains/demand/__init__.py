"""Enterprises: what they order for their people, what it costs, and how their money comes and goes."""
