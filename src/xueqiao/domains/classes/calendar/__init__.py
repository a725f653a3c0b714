"""Public holidays and make-up working days, as announced year by year.

The shipped file covers 2019 to 2026 (npm chinese-days 1.5.7, MIT; agrees with PyPI chinesecalendar on all 2,922 days).
Later years are rows of the table `Holiday`, which also override the file.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from functools import cache
from importlib.resources import files

from xueqiao.domains.classes.models import Holiday


@cache
def _shipped() -> dict[date, tuple[str, str]]:
    text = (files(__package__) / "cn_holidays_2019_2026.csv").read_text(encoding="utf-8")
    return {date.fromisoformat(row["date"]): (row["kind"], row["name"]) for row in csv.DictReader(text.splitlines())}


def holidays_between(first: date, last: date) -> dict[date, tuple[str, str]]:
    """Day -> (kind, name) for announced days of both kinds, first and last included. One query."""
    days = {day: row for day, row in _shipped().items() if first <= day <= last}
    rows = Holiday.objects.filter(day__range=(first, last)).values_list("day", "kind", "name")
    return days | {day: (kind, name) for day, kind, name in rows}


def day_off_reader(first: date, last: date) -> Callable[[date], str]:
    """A pure reader for rules.meeting_days: the name of the public holiday of a day, "" for other days."""
    days = holidays_between(first, last)
    return lambda day: days[day][1] if days.get(day, ("", ""))[0] == "holiday" else ""
