"""From which day to which a version of a rule set is in force. Pure.

A version begins on its day, not when an officer presses a button, and the one before it ends the same instant. Days are
those of the region's clock; the end is the first day a version is no longer in force.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class RuleDays:
    """The days of one version in its place. said_until: what its text says. closed_on: repealed that day."""

    version: int
    starts_on: date
    said_until: date | None = None
    closed_on: date | None = None


def begins(in_force_from: date, filed_on: date) -> date:
    """Return the first day of a version: what its text says, never before it was filed."""
    return max(in_force_from, filed_on)


def ends_by_version(filed: Sequence[RuleDays]) -> dict[int, date | None]:
    """Return for each version of one code and place the first day it is no longer in force; None: no end in sight.

    The next one that begins ends it, or its text, or its repeal, whichever comes first. What was repealed before it
    began is not given: it never ends anything. A repeal brings nothing back. No two begin on one day.
    """
    found: dict[int, date | None] = {}
    next_begins: date | None = None
    for each in sorted(filed, key=lambda each: each.starts_on, reverse=True):
        ends = [day for day in (each.said_until, each.closed_on, next_begins) if day is not None]
        found[each.version] = min(ends, default=None)
        next_begins = each.starts_on
    return found


def state_on(state: str, starts_on: date | None, ends_on: date | None, on: date) -> str:
    """Return the state of a version on a day, as people name it: a filed one is in force from its day to its end."""
    if state not in ("filed", "suspended") or starts_on is None or on < starts_on:
        return state
    if ends_on is not None and ends_on <= on:
        return "expired"
    return "in_force" if state == "filed" else state


def is_in_force(state: str, starts_on: date | None, ends_on: date | None, on: date) -> bool:
    """True when a version is in force on a day, also on one that lies before its repeal."""
    return (
        state in ("filed", "expired")
        and starts_on is not None
        and starts_on <= on
        and (ends_on is None or on < ends_on)
    )
