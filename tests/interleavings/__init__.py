"""Concurrent deeds, stepped statement by statement in orders drawn from seeds, against PostgreSQL itself."""
