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


AMOUNT_MAX = 1_000_000
_KINDS: Mapping[str, tuple[type, ...]] = {
    "hours": (int,),
    "whole": (int,),
    "credits": (int,),
    "ratio": (int, Fraction),
    "flag": (bool,),
    "text": (str,),
}
_WANTED: Mapping[str, str] = {
    "hours": "整分钟的学时",
    "whole": "不带小数的数",
    "credits": "学分数，最多两位小数",
    "ratio": "分数或百分数",
    "flag": "是或否",
    "text": "文字",
}


def wrong_fact(facts: Mapping[str, Any]) -> str:
    """Return in words what is wrong with the first fact that no rule could work with; "" when all are good.

    A fact has the kind and the unit of its field (hours in minutes, credits in hundredths, ratios as Fraction), is not
    negative and not above a million; a grade may be a word.
    """
    for name, value in facts.items():
        known = FIELDS.get(name)
        if known is None:
            return f"规则里没有“{name[:20]}”这一项，请去掉"
        kinds = (*_KINDS[known.kind], *((str,) if name == "grade" else ()))
        if value is None or (isinstance(value, bool) and bool not in kinds) or not isinstance(value, kinds):
            return f"“{known.label}”要写成{_WANTED[known.kind]}"
        if not isinstance(value, (str, bool)) and not 0 <= value <= AMOUNT_MAX:
            return f"“{known.label}”不能是负数，也不能超过 {AMOUNT_MAX:,}"
        if isinstance(value, str) and len(value) > 120:
            return f"“{known.label}”最多写 120 个字"
    return ""


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
