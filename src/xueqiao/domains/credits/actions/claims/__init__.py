"""Recognition: what somebody hands in is decided, appealed and revoked; the units it is measured by."""
