"""One double-entry engine for credits, points, volunteer hours and money."""
