"""The five levels of units with their validity dates: what a code is called, when it began, what it became."""
