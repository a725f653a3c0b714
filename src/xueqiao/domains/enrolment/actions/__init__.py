"""What can be done to places: one verb per file. Lock order: admission/README.md."""
