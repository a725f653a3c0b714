"""Rules around a draw: what of the fairness report may be shown, and how even seats are. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

DRAW_STATE_WORDS = {
    "planned": "还没有开放",
    "open": "正在填志愿",
    "frozen": "名单已经封好",
    "drawn": "已经抽完签",
    "closed": "已经结束",
    "cancelled": "已经取消",
}
CELL_MIN = 10  # smaller cells could point at a person (national statistics practice: fewer than ten are not shown)
AGE_BANDS = ((0, 17), (18, 34), (35, 49), (50, 59), (60, 69), (70, 79), (80, 150))


@dataclass(frozen=True)
class Cell:
    """People of one group and how many of them won."""

    label: str
    people: int
    won: int

    @property
    def is_small(self) -> bool:
        """A count from 1 to 9 of people, of winners or of losers."""
        return any(0 < count < CELL_MIN for count in (self.people, self.won, self.people - self.won))


def published_cells(cells: Sequence[Cell]) -> list[dict[str, Any]]:
    """Return the cells as they may be shown: small ones without numbers. When exactly one is hidden in a dimension, the
    smallest other one is hidden too: else it could be computed from the total. per_mille: winners of 1,000.
    """
    hidden = {cell.label for cell in cells if cell.is_small}
    if len(hidden) == 1 and len(cells) > 1:
        hidden.add(
            min(
                (c for c in cells if c.label not in hidden and c.people), key=lambda c: c.people, default=cells[0]
            ).label
        )
    return [
        {"group": cell.label}
        | (
            {"hidden": True}
            if cell.label in hidden
            else {"people": cell.people, "won": cell.won, "per_mille": _per_mille(cell.won, cell.people)}
        )
        for cell in cells
    ]


def _per_mille(part: int, whole: int) -> int:
    return (2000 * part + whole) // (2 * whole) if whole else 0


def gini_of(people_by_seats: Mapping[int, int]) -> Fraction:
    """Return the Gini coefficient of seats over people: 0 when all have equally many, near 1 when one has all.

    people_by_seats: seats won -> how many people won so many. Sum of differences over twice the square of the number
    times the mean (C. Gini 1912). 0 without people or without seats.
    """
    people, seats = sum(people_by_seats.values()), sum(s * n for s, n in people_by_seats.items())
    if not people or not seats:
        return Fraction(0)
    differences = sum(
        abs(one - other) * count * others
        for one, count in people_by_seats.items()
        for other, others in people_by_seats.items()
    )
    return Fraction(differences, 2 * people * seats)
