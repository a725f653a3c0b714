"""The bank's public figures: counts of people and claims, or None where a number is withheld."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class BankCounts:
    """One unit's counts. None: withheld, because it could point at somebody."""

    region: int
    accounts: int | None
    recognised: int | None
    converted: int | None
    decided: int | None
    due: int | None
    in_time: int | None
    median_days: int | None

    @property
    def conversion_percent(self) -> float | None:
        """People who converted, of those who have an account. None: withheld, or nobody has one."""
        return None if self.converted is None or not self.accounts else 100 * self.converted / self.accounts

    @property
    def in_time_percent(self) -> float | None:
        return None if self.in_time is None or not self.due else 100 * self.in_time / self.due


@dataclass(frozen=True)
class BankFigures:
    """A unit and the units below it, as anybody may see them. threshold: counts below it are withheld."""

    own: BankCounts
    below: tuple[BankCounts, ...]
    threshold: int
    counted_at: datetime
