"""The timetable boards, by rooms or by teachers, on A3: a week, a term. And the room board: a day, hour by hour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from xueqiao.channels.web.centre.views import DESK, centre_of
from xueqiao.channels.web.gate import actor_of, open_to
from xueqiao.channels.web.templatetags.xueqiao import MONTHS, NBSP, WEEKDAYS
from xueqiao.domains.classes import api as classes
from xueqiao.domains.institutions import api as institutions
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import InvalidInput

FIRST_HOUR, LAST_HOUR = 8, 21  # the day as centres live it; earlier and later meetings widen it
FAR = timedelta(days=800)
ROWS_MAX = 40  # of a term on one page; one of more is found by choosing her
PARTS = {"morning": gettext_noop("上午"), "afternoon": gettext_noop("下午"), "evening": gettext_noop("晚上")}


@dataclass(frozen=True)
class Hour:
    """One hour of one room. words: what is there, "" when it is free; run_code: the class, "" for a club."""

    start: datetime
    words: str = ""
    run_code: str = ""


@open_to(DESK)
@require_safe
def timetable_board(request: HttpRequest) -> HttpResponse:
    """One week of the centre: a row per room or per teacher, a column per day. Two at once stand out as a clash."""
    actor, today = actor_of(request), clock.local_date(clock.now())
    centre = centre_of(actor, today)
    day = _day(request.GET.get("week", ""), today)
    monday = day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=number) for number in range(7)]
    by_teacher = request.GET.get("by") == "teachers"
    sessions = classes.sessions_between(centre.id, days[0], days[-1])
    names: dict[int, str] = {} if by_teacher else {room.id: room.name for room in institutions.rooms_of(centre.id)}
    cells: dict[tuple[int, date], list[classes.SessionView]] = defaultdict(list)
    for session in sessions:
        key = session.teacher_id if by_teacher else session.room_id
        names.setdefault(key, session.teacher_name if by_teacher else session.room_name)
        cells[key, session.day].append(session)
    rows = [
        {
            "name": name,
            "days": [{"day": each, "sessions": cells[key, each]} for each in days],
            "count": sum(len(cells[key, each]) for each in days),
        }
        for key, name in sorted(names.items(), key=lambda pair: pair[1])
    ]
    context = {
        "centre": centre,
        "days": days,
        "rows": rows,
        "total": len(sessions),
        "by_teacher": by_teacher,
        "week": monday,
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "is_this_week": days[0] <= today <= days[-1],
    }
    return render(request, "centre/timetable_board.html", context)


@open_to(DESK)
@require_safe
def term_board(request: HttpRequest) -> HttpResponse:
    """A whole term of the centre: rooms or teachers by weekday and part of the day, what runs and what is free."""
    actor, today = actor_of(request), clock.local_date(clock.now())
    centre = centre_of(actor, today)
    by_teacher = request.GET.get("by") == "teachers"
    only = request.GET.get("only", "")
    board = classes.access_term_board(
        actor=actor,
        institution_id=centre.id,
        day=_day(request.GET.get("term", ""), today),
        today=today,
        by_teacher=by_teacher,
        only_id=int(only) if only.isdecimal() and len(only) < 18 else None,
    )
    is_one = len(board.rows) == 1 < len(board.choices)
    context = {
        "centre": centre,
        "board": board,
        "rows": [_term_row(row, board.since) for row in board.rows[:ROWS_MAX]],
        "left_out": len(board.rows[ROWS_MAX:]),
        "by_teacher": by_teacher,
        "only": board.rows[0].id if is_one else None,
        "weeks": [
            {
                "monday": week.monday,
                "words": _day_words(week.monday),
                "meetings": week.meetings,
                "is_now": week.monday <= today < week.monday + timedelta(days=7),
            }
            for week in board.weeks
        ],
        "weekdays": [_(words) for words in WEEKDAYS],
        "title": _term_words(board.term),
        "before": board.term.first - timedelta(days=1),
        "after": board.term.last + timedelta(days=1),
        "is_this_term": board.term.first <= today <= board.term.last,
    }
    return render(request, "centre/term_board.html", context)


def _term_row(row: classes.TermRow, since: date) -> dict[str, Any]:
    """A row as the page shows it: per part of the day its seven cells, and the weekdays that are free, for phones."""
    bands = [
        {
            "part": _(PARTS[band.part]),
            "free_days": _("、").join(_(WEEKDAYS[day - 1]) for day in band.free_weekdays),
            "cells": [_term_cell(cell, band.is_free(cell), since) for cell in band.cells],
        }
        for band in row.bands
    ]
    return {"row": row, "bands": bands}


def _term_cell(cell: classes.TermCell, is_free: bool, since: date) -> dict[str, Any]:
    uses = [
        {"use": use, "week": use.next_day(since), "days": _days_words(use.days), "is_over": use.days[-1] < since}
        for use in sorted(cell.uses, key=lambda use: use.days[-1] < since)  # what is over, last
    ]
    return {"weekday": _(WEEKDAYS[cell.weekday - 1]), "is_free": is_free, "free_hours": cell.free_hours, "uses": uses}


def _day_words(day: date) -> str:
    """12 月 7 日, unbroken; the year is that of the term."""
    return _("{month} {day} 日").format(month=_(MONTHS[day.month - 1]), day=day.day).replace(" ", NBSP)


def _days_words(days: tuple[date, ...]) -> str:
    """12 月 7 日–1 月 25 日，8 次"""
    if len(days) == 1:
        return _day_words(days[0])
    return _("{first}–{last}，{n} 次").format(first=_day_words(days[0]), last=_day_words(days[-1]), n=len(days))


def _term_words(term: classes.Term) -> str:
    words = _("{year} 年秋季学期") if term.is_autumn else _("{year} 年春季学期")
    return words.format(year=term.first.year)


@open_to(DESK)
@require_safe
def room_board(request: HttpRequest) -> HttpResponse:
    """One day of the centre's rooms, hour by hour: what is there, and what is free."""
    actor, now = actor_of(request), clock.now()
    today = clock.local_date(now)
    centre = centre_of(actor, today)
    day = _day(request.GET.get("day", ""), today)
    rooms = institutions.rooms_of(centre.id)
    sessions = classes.sessions_between(centre.id, day, day)
    hours = _hours(day, sessions)
    used = classes.taken_times([room.id for room in rooms], hours[0], hours[-1] + timedelta(hours=1))
    in_room: dict[int, list[classes.SessionView]] = defaultdict(list)
    for session in sessions:
        in_room[session.room_id].append(session)
    rows = [_room_row(room, hours, in_room[room.id], used.get(room.id, [])) for room in rooms]
    context = {
        "centre": centre,
        "day": day,
        "hours": hours,
        "rows": rows,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "is_today": day == today,
    }
    return render(request, "centre/room_board.html", context)


def _room_row(
    room: institutions.RoomView,
    hours: list[datetime],
    sessions: list[classes.SessionView],
    used: Iterable[tuple[datetime, datetime]],
) -> dict[str, Any]:
    taken = list(used)
    cells = [_hour(start, sessions, taken) for start in hours]
    return {"room": room, "hours": cells, "free": sum(not each.words for each in cells)}


def _hour(start: datetime, sessions: list[classes.SessionView], taken: list[tuple[datetime, datetime]]) -> Hour:
    """What is in a room during one hour: a class first, else a club."""
    end = start + timedelta(hours=1)
    for session in sessions:
        if session.starts_at < end and start < session.ends_at:
            return Hour(start, session.title, session.run_code)
    if any(first < end and start < last for first, last in taken):
        return Hour(start, _("社团借用"))
    return Hour(start)


def _hours(day: date, sessions: list[classes.SessionView]) -> list[datetime]:
    starts = [clock.local(session.starts_at).hour for session in sessions]
    ends = [clock.local(session.ends_at - timedelta(seconds=1)).hour for session in sessions]
    first, last = min([FIRST_HOUR, *starts]), max([LAST_HOUR - 1, *ends])
    return [clock.at_local(day, hour) for hour in range(first, last + 1)]


def _day(text: str, today: date) -> date:
    """The day of an address, today without one. Raises InvalidInput for nonsense and for days far away."""
    if not text:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError as failure:
        raise InvalidInput(what=_("日期")) from failure
    if abs(day - today) > FAR:
        raise InvalidInput(what=_("日期"))
    return day
