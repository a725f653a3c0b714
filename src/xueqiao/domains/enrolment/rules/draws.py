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


def turn_of(losses: Sequence[int], *, first_after: int) -> int:
    """Return 1 for an entry all of whose members lost `first_after` times since their last win, else 2; 0: never 1.

    Weights make long waits rare; only a turn before all others ends them. Where those with first turns are no more than
    the seats they wish, nobody enters more than `first_after + 1` times. At three tickets a seat, term after term, 4 is
    enough: `docs/rules/draw-format.md` derives it. All members, not one: nobody is worth inviting for her losses.
    """
    return 1 if first_after and losses and min(losses) >= first_after else 2


def losses_enough(demand: int) -> int:
    """Return after how many losses first turns are enough, at `demand` tickets a seat in every term: 4 for 3.

    All D x S tickets begin together; who loses comes again. Weights do not fall with losses, so of those who began at
    least their share by number wins in each term: after K terms at most D x ((D-1)/D)^K x S are left without a win.
    The least K is taken at which these fill no more than three fifths of the seats; the rest is room for chance. Later
    cohorts are the S newcomers of one term: they never fill more than the seats, whatever they lose.
    """
    losses, left = 0, Fraction(demand)
    while left > Fraction(3, 5) and demand > 1:
        left *= Fraction(demand - 1, demand)
        losses += 1
    return losses


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
