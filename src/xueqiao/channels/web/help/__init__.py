"""Help, style guide, the installable shell."""
