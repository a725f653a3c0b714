"""Home, find, course, class, choosing a place: open to everybody."""
