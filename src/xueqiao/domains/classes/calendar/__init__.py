"""Public holidays and make-up working days, as announced year by year.

The shipped file covers 2019 to 2026 (npm chinese-days 1.5.7, MIT; agrees with PyPI chinesecalendar on all 2,922 days).
Later years are rows of the table `Holiday`, which also override the file.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from xueqiao.domains.classes.models import Holiday
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.runs import Pattern


@cache
def _shipped() -> dict[date, tuple[str, str]]:
    text = (files(__package__) / "cn_holidays_2019_2026.csv").read_text(encoding="utf-8")
    return {date.fromisoformat(row["date"]): (row["kind"], row["name"]) for row in csv.DictReader(text.splitlines())}


def holidays_between(first: date, last: date) -> dict[date, tuple[str, str]]:
    """Day -> (kind, name) for announced days of both kinds, first and last included. One query."""
    days = {day: row for day, row in _shipped().items() if first <= day <= last}
    rows = Holiday.objects.filter(day__range=(first, last)).values_list("day", "kind", "name")
    return days | {day: (kind, name) for day, kind, name in rows}


def meeting_days_of(pattern: Pattern) -> tuple[list[date], list[tuple[date, str]]]:
    """rules.meeting_days with the announced calendar: days of the meetings, and holidays left out. One query."""
    rules.require_pattern(pattern)
    known = holidays_between(pattern.first_day, pattern.first_day + timedelta(days=rules.SPAN_DAYS_MAX))
    holidays = {day: name for day, (kind, name) in known.items() if kind == "holiday"}
    return rules.meeting_days(pattern, lambda day: holidays.get(day, ""))
