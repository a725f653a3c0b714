"""The fair draw: pure arithmetic over published files. What is promised, and its budget: README.md."""
