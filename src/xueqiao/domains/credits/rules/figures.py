"""Which of the bank's counts may be published. Pure.

Source: domain rules 2.4 (cells below 10 persons are suppressed). One small cell alone among its siblings could be
worked out from their sum, so then the next smallest is withheld with it. A share of claims that were in time is about
the office, not about people: it is withheld only where there are few claims.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from xueqiao.domains.credits.values.figures import BankCounts

COLUMNS = ("accounts", "recognised", "converted", "decided", "due")


def is_small(count: int, threshold: int) -> bool:
    """True for a count that could point at somebody: 1 .. threshold - 1."""
    return 0 < count < threshold


def published(
    own: BankCounts, below: Sequence[BankCounts], threshold: int
) -> tuple[BankCounts, tuple[BankCounts, ...]]:
    """Return a unit and the units below with what is small withheld, column by column, and with it what it is made
    of: no part without its whole, no median without its decisions."""
    shown = _alone(own, threshold)
    rows = [_alone(each, threshold) for each in below]
    for column in COLUMNS:
        hidden = [row for row in rows if getattr(row, column) is None]
        seen = [n for n, row in enumerate(rows) if getattr(row, column)]
        if len(hidden) == 1 and seen and getattr(shown, column) is not None:
            smallest = min(seen, key=lambda n: (getattr(below[n], column), below[n].region))
            withheld: dict[str, Any] = {column: None}
            rows[smallest] = _whole(replace(rows[smallest], **withheld))
    return shown, tuple(rows)


def _alone(counts: BankCounts, threshold: int) -> BankCounts:
    small: dict[str, Any] = {column: None for column in COLUMNS if is_small(getattr(counts, column), threshold)}
    return _whole(replace(counts, **small))


def _whole(counts: BankCounts) -> BankCounts:
    if counts.accounts is None:
        counts = replace(counts, recognised=None, converted=None)
    if counts.decided is None:
        counts = replace(counts, median_days=None)
    if counts.due is None:
        counts = replace(counts, in_time=None)
    return counts
