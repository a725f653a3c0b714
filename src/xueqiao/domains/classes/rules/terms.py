"""Terms, and how a term is laid out on one board. Pure: what is taken goes in, rooms by weekday and time come out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from xueqiao.domains.classes.rules.runs import AFTERNOON_FROM_HOUR, CLASS_HOUR_MINUTES, EVENING_FROM_HOUR
from xueqiao.domains.classes.values.term_board import (
    ASSISTING,
    CLASS,
    Term,
    TermBand,
    TermCell,
    TermRow,
    TermWeek,
    WeeklyUse,
)

DAY_FROM_MINUTE, DAY_TO_MINUTE = 8 * 60, 21 * 60  # the day as centres live it; earlier and later meetings widen it
AUTUMN_MONTH, SPRING_MONTH = 8, 2
OWN = frozenset({CLASS, ASSISTING})


def term_of(day: date) -> tuple[int, int]:
    """Return (first calendar year of the school year, 1 autumn or 2 spring): autumn is August to January."""
    if day.month >= AUTUMN_MONTH:
        return day.year, 1
    return (day.year - 1, 1) if day.month < SPRING_MONTH else (day.year - 1, 2)


def term_at(day: date) -> Term:
    """The term a day is in, with its first and last day."""
    year, part = term_of(day)
    if part == 1:
        return Term(date(year, AUTUMN_MONTH, 1), date(year + 1, SPRING_MONTH, 1) - timedelta(days=1), is_autumn=True)
    return Term(date(year + 1, SPRING_MONTH, 1), date(year + 1, AUTUMN_MONTH, 1) - timedelta(days=1), is_autumn=False)


def free_since(term: Term, today: date) -> date:
    """From when on a time must be free to be called so: what is over takes nothing any more, in the term that runs."""
    return today if term.first <= today <= term.last else term.first


def free_stretches(start: int, end: int, taken: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """What is left of [start, end) minutes; a stretch too short for one class hour is not worth saying."""
    left, at = [], start
    for first, last in sorted(taken):
        if first >= end:
            break
        if first - at >= CLASS_HOUR_MINUTES:
            left.append((at, first))
        at = max(at, last)
    if end - at >= CLASS_HOUR_MINUTES:
        left.append((at, end))
    return tuple(left)


def parts_of_day(uses: Iterable[WeeklyUse]) -> tuple[tuple[str, int, int], ...]:
    """Morning, afternoon and evening with their minutes, as wide as the earliest and the latest meeting."""
    spans = [(each.start_minute, each.end_minute) for each in uses]
    first = min([DAY_FROM_MINUTE, *(start for start, _ in spans)])
    last = max([DAY_TO_MINUTE, *(end for _, end in spans)])
    noon, evening = AFTERNOON_FROM_HOUR * 60, EVENING_FROM_HOUR * 60
    return ("morning", first, noon), ("afternoon", noon, evening), ("evening", evening, last)


def term_rows(
    uses: Sequence[WeeklyUse], owners: Sequence[tuple[int, str]], *, since: date, show_free: Iterable[int]
) -> tuple[TermRow, ...]:
    """A row for each owner in the order given, empty ones too; a meeting stands in the part in which it begins.

    show_free: owners all of whose uses are known, so that an empty time is really free.
    """
    parts, known = parts_of_day(uses), frozenset(show_free)
    by_day: dict[tuple[int, int], list[WeeklyUse]] = defaultdict(list)
    for use in uses:
        by_day[use.owner_id, use.weekday].append(use)
    rows = []
    for key, name in owners:
        bands = tuple(
            TermBand(
                part, start, end, tuple(_cell(day, by_day[key, day], start, end, since, key in known) for day in _WEEK)
            )
            for part, start, end in parts
        )
        own = [use for day in _WEEK for use in by_day[key, day] if use.kind in OWN]
        rows.append(TermRow(key, name, bands, sum(len(use.days) for use in own)))
    return tuple(rows)


def term_weeks(uses: Iterable[WeeklyUse], term: Term) -> tuple[TermWeek, ...]:
    """Every week of the term with its meetings, empty weeks too. A meeting somebody only helps in counts once, by its
    teacher."""
    count: dict[date, int] = defaultdict(int)
    for use in uses:
        if use.kind == CLASS:
            for day in use.days:
                count[day - timedelta(days=day.weekday())] += 1
    monday, weeks = term.first - timedelta(days=term.first.weekday()), []
    while monday <= term.last:
        weeks.append(TermWeek(monday, count[monday]))
        monday += timedelta(days=7)
    return tuple(weeks)


_WEEK = range(1, 8)


def _cell(weekday: int, uses: Sequence[WeeklyUse], start: int, end: int, since: date, is_known: bool) -> TermCell:
    here = sorted(
        (use for use in uses if start <= use.start_minute < end), key=lambda use: (use.start_minute, use.days)
    )
    taken = [(use.start_minute, use.end_minute) for use in uses if use.days[-1] >= since]
    return TermCell(weekday, tuple(here), free_stretches(start, end, taken) if is_known else ())
