"""Amounts and how they are written for people. Hundredths of a credit, whole minutes."""

COMMUNITY_UNIT = "CREDIT.community"
UNIT_NAMES = {
    COMMUNITY_UNIT: "社区教育学分",
    "CREDIT.degree": "学历教育学分",
    "CREDIT.vocational": "职业教育学分",
    "CREDIT.acbs": "学分银行制学分",
}


def credits_text(amount_hundredths: int) -> str:
    """Return credits for people: 250 -> "2.5", 100 -> "1"."""
    whole, rest = divmod(amount_hundredths, 100)
    return f"{whole}" if rest == 0 else f"{whole}.{rest:02d}".rstrip("0")


def exact_hours_text(minutes: int) -> str:
    """Return minutes as hours where a rule is quoted, to a hundredth: 75 -> "1.25", 720 -> "12"."""
    return f"{minutes / 60:.2f}".rstrip("0").removesuffix(".")


def hours_text(minutes: int) -> str:
    """Return minutes as hours for people: 720 -> "12", 270 -> "4.5", 100 -> "1.7"."""
    return f"{minutes / 60:.1f}".removesuffix(".0")


def unit_name(unit: str) -> str:
    """Return the name of a ledger unit: "CREDIT.degree" -> "学历教育学分"."""
    return UNIT_NAMES.get(unit, f"学分 {unit.removeprefix('CREDIT.')}"[:60])
