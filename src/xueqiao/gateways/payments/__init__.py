"""Ways to collect and return money."""
