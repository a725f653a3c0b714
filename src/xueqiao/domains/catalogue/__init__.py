"""Courses, video units and texts, and the search over them."""
