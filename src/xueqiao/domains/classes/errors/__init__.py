"""Why classes says no, by subject."""
