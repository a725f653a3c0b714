"""Ways in: phone code, demo link, staff second factor."""
