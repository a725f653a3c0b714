"""Rules of points and volunteer time. Points in whole hundredths, time in whole minutes. No database, no clock."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

POINTS = "POINTS.learning"  # hundredths of a point
HOURS = "VOLUNTEER.hours"  # minutes: a meeting of 50 minutes is no whole number of hundredths of an hour
POINTS_SOURCES, HOURS_SOURCES = ("issuer:",), ("organiser:",)
DAY_TEXT_MOST = 80


def points_worth(minutes: int, *, per_hour: int) -> int:
    """Hundredths of a point for `minutes` of presence, rounded down; per_hour in hundredths."""
    return minutes * per_hour // 60


def points_granted(worth: int, *, day_so_far: int, day_most: int, year_so_far: int, year_most: int) -> int:
    """What of `worth` is paid in under both caps; never negative."""
    return max(0, min(worth, day_most - day_so_far, year_most - year_so_far))


def last_day_of(year: int, *, keep_months: int) -> date:
    """The last day on which points of `year` can be used: the end of the month `keep_months` after December."""
    later_years, month = divmod(11 + keep_months, 12)
    return date(year + later_years, month + 1, monthrange(year + later_years, month + 1)[1])


def parts_oldest_first(amount: int, available: Iterable[tuple[int, int]]) -> list[tuple[int, int]] | None:
    """(year, hundredths) that make up `amount`, the oldest year first; None when there is not enough.

    available: (year, hundredths), in any order.
    """
    parts = []
    for year, has in sorted(available):
        takes = min(has, amount)
        if takes > 0:
            parts.append((year, takes))
            amount -= takes
    return parts if amount == 0 else None


def surplus_minutes(balance: int, *, keep_most: int) -> int:
    """What stands above the most one person keeps in a time bank (1,510 hours kept to 1,500: 10 hours)."""
    return max(0, balance - keep_most)


def points_account(person_id: int, year: int) -> str:
    return f"person:{person_id}:{year}"


def issuer_account(region: int) -> str:
    """The unit that gives points: a county."""
    return f"issuer:{region}"


def pot_account(region: int) -> str:
    """What residents gave to their community."""
    return f"pot:{region}"


def partner_account(institution_id: int) -> str:
    return f"partner:{institution_id}:redeemed"


def expired_account(year: int) -> str:
    return f"expired:{year}"


def hours_account(person_id: int) -> str:
    return f"person:{person_id}:served"


def organiser_account(institution_id: int) -> str:
    return f"organiser:{institution_id}"


def bank_account(region: int) -> str:
    """The time bank of a county."""
    return f"bank:{region}"


def helped_account(region: int) -> str:
    """Where stored time ends that brought somebody help in a county."""
    return f"helped:{region}"


REDEMPTION_WORDS = {"reserved": "待领取", "handed_over": "已领取", "taken_back": "已退回", "lapsed": "过期未领"}
