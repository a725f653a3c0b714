"""Rules of claims: working days, what a paper is, who may judge, when a decision is made. Pure.

Source: domain rules 4.3 (5, 20 and 15 working days; nobody reviews what the own institution issued; work experience by
3 reviewers) and 4.1 (a single reviewer decides only what is in the catalogue).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from xueqiao.domains.credits.values.rulesets import FIELDS

PAPER_BYTES_MAX = 2 * 1024 * 1024
PAPERS_MAX = 3
_MARKS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"%PDF-", "application/pdf"))


def kind_of_paper(body: bytes) -> str | None:
    """Return the content type told by the file's first bytes, never by its name; None for anything else."""
    if not 0 < len(body) <= PAPER_BYTES_MAX:
        return None
    return next((kind for mark, kind in _MARKS if body.startswith(mark)), None)


def after_working_days(start: date, count: int, days: Mapping[date, str]) -> date:
    """Return the day `count` working days after `start`. days: announced days: "holiday" or "makeup_workday"."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        kind = days.get(day, "")
        is_working = kind == "makeup_workday" or (kind != "holiday" and day.weekday() < 5)
        count -= is_working
    return day


def is_of_own_institution(duty_institutions: Collection[int | None], issuer_institution_id: int | None) -> bool:
    """True when one of a reviewer's duties is at the institution that issued the outcome."""
    return issuer_institution_id is not None and issuer_institution_id in duty_institutions


def verdict(opinions: Collection[bool], needed: int) -> bool | None:
    """Return the decision once the whole group has spoken: its majority; None before."""
    if len(opinions) < needed:
        return None
    return sum(opinions) * 2 > len(opinions)


def facts_for_json(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts as they are stored: ratios as text. Raises KeyError for a fact no rule knows."""
    return {
        name: str(value) if FIELDS[name].kind == "ratio" else value
        for name, value in facts.items()
        if value is not None
    }


def facts_from_json(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The other way round."""
    return {name: Fraction(value) if FIELDS[name].kind == "ratio" else value for name, value in stored.items()}
