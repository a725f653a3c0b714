"""The find page's hot path. See README.md."""
