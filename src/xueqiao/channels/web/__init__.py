"""Pages for people: one template set for standard, 长辈版 and 特大."""
