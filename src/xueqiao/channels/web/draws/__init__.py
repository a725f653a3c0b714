"""Draws: what anybody may see and check, one's own receipt, and the staff's steps."""
