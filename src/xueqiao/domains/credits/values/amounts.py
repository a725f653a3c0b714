"""Amounts and how they are written for people. Hundredths of a credit, whole minutes."""

COMMUNITY_UNIT = "CREDIT.community"


def credits_text(amount_hundredths: int) -> str:
    """Return credits for people: 250 -> "2.5", 100 -> "1"."""
    whole, rest = divmod(amount_hundredths, 100)
    return f"{whole}" if rest == 0 else f"{whole}.{rest:02d}".rstrip("0")


def hours_text(minutes: int) -> str:
    """Return minutes as hours for people: 720 -> "12", 270 -> "4.5", 100 -> "1.7"."""
    return f"{minutes / 60:.1f}".removesuffix(".0")
