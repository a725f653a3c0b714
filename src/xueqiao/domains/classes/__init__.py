"""Class runs, sessions, rooms and teachers without clashes, listings."""
