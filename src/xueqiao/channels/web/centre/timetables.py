"""Let the platform find times, rooms and teachers for a term; look at the proposal; make drafts of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xueqiao.channels.web.centre.views import DESK, SHOWN_MAX, centre_of
from xueqiao.channels.web.gate import actor_of, open_to
from xueqiao.domains.classes import api as classes
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import Refused

HOURS = ("09:00", "14:00", "18:00", "19:00", "19:30")
TERM_WEEKS = 16


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Choose the classes to continue, the term and the possible times; earlier proposals below."""
    actor, now = actor_of(request), clock.now()
    centre = centre_of(actor, clock.local_date(now))
    earlier = classes.runs_of(centre.id, now=now, states=("published", "finished"), limit=SHOWN_MAX)
    first = clock.local_date(now) + timedelta(days=28)
    given: dict[str, Any] = {
        "first_day": first.isoformat(),
        "last_day": (first + timedelta(weeks=TERM_WEEKS)).isoformat(),
        "classes": [card.code for card in earlier],
        "weekdays": ["1", "2", "3", "4", "5"],
        "hours": ["19:00"],
    }
    refusal = ""
    if request.method == "POST":
        given = {
            "first_day": request.POST.get("first_day", "")[:10],
            "last_day": request.POST.get("last_day", "")[:10],
            "classes": request.POST.getlist("classes"),
            "weekdays": request.POST.getlist("weekdays"),
            "hours": request.POST.getlist("hours"),
        }
        try:
            made = classes.ask_timetable(
                actor=actor,
                institution_id=centre.id,
                source_codes=given["classes"],
                slots=_slots(given["weekdays"], given["hours"]),
                first_day=_day(given["first_day"]),
                last_day=_day(given["last_day"]),
                now=now,
            )
            return redirect("centre_timetable", uuid=made.uuid)
        except Refused as refused:
            refusal = refused.message
    context = {
        "centre": centre,
        "earlier": earlier,
        "given": given,
        "refusal": refusal,
        "hours": HOURS,
        "weekdays": [(str(n), _(_WEEKDAYS[n - 1])) for n in range(1, 8)],
        "made": [
            {"view": each, "word": classes.TIMETABLE_STATE_WORDS[each.state]}
            for each in classes.timetables_of(centre.id)
        ],
    }
    return render(request, "centre/timetable_ask.html", context, status=422 if refusal else 200)


@open_to(DESK)
@require_safe
def show(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The proposal: the week with its classes, what changes, what found no place and why."""
    actor = actor_of(request)
    view = classes.access_timetable(actor, uuid)
    task, answer = view.task, view.answer
    titles = {each.key: each for each in task.classes}
    rooms = {room.id: room.name for room in task.rooms}
    week: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for each in sorted(answer.seatings, key=lambda s: (s.slot, s.room_id)) if answer else ():
        week[each.slot.weekday].append(
            {
                "title": titles[each.key].title,
                "slot": each.slot,
                "time": each.slot.clock,
                "room": rooms[each.room_id],
                "teacher": task.teacher_names[each.teacher_id],
                "changes": [_words(said) for said in each.changes],
            }
        )
    context = {
        "view": view,
        "word": classes.TIMETABLE_STATE_WORDS[view.state],
        "answer": answer,
        "week": [(_(_WEEKDAYS[day - 1]), week[day]) for day in range(1, 8) if week[day]],
        "lost": [
            {
                "title": titles[each.key].title,
                "reasons": [_words(said) for said in each.reasons],
                "advice": _words(each.advice),
            }
            for each in answer.not_placed
        ]
        if answer
        else [],
        "changed": sum(1 for each in answer.seatings if each.changes) if answer else 0,
    }
    return render(request, "centre/timetable.html", context)


@open_to(DESK)
@require_POST
def accept(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """All placed classes become drafts, or none does and the page says what is in the way."""
    try:
        made = classes.accept_timetable(actor=actor_of(request), uuid=uuid, now=clock.now())
    except classes.TimetableOutdated as refused:
        messages.error(request, refused.message)
        return redirect("centre_timetable", uuid=uuid)
    messages.success(
        request,
        ngettext(
            "做好了 {n} 个班的草稿。逐个看一看，再发布。", "做好了 {n} 个班的草稿。逐个看一看，再发布。", len(made)
        ).format(n=len(made)),
    )
    return redirect("centre_today")


@open_to(DESK)
@require_POST
def drop(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put the proposal aside."""
    classes.drop_timetable(actor=actor_of(request), uuid=uuid, now=clock.now())
    messages.success(request, _("这张课表放下了，什么都没有改。"))
    return redirect("centre_timetable_ask")


_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


TIMES_NAMED = 4  # of a reason; the others are counted


def _words(said: classes.Said | str) -> str:
    """A sentence of the solver in the reader's language."""
    if isinstance(said, str):
        return said
    between = _("、")
    filled: dict[str, object] = {**said.numbers}
    filled |= {name: between.join(each) for name, each in said.names.items()}
    filled |= {name: _times_words(each, between) for name, each in said.times.items()}
    return _(said.text).format(**filled)


def _times_words(slots: Sequence[classes.Slot], between: str) -> str:
    named = between.join([f"{_(_WEEKDAYS[slot.weekday - 1])} {slot.clock}" for slot in slots[:TIMES_NAMED]])
    if len(slots) <= TIMES_NAMED:
        return named
    return _("{times}等 {n} 个时段").format(times=named, n=len(slots))


def _slots(weekdays: list[str], hours: list[str]) -> list[classes.Slot]:
    days = [int(each) for each in weekdays if re.fullmatch(r"[1-7]", each)]
    times = [each for each in hours if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", each)]
    return [classes.Slot(day, int(at[:2]) * 60 + int(at[3:])) for day in days for at in times[:12]]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise classes.BadTimetable(what=_("日期要写成 2026-03-02 这样")) from None
