"""A teacher's day: sessions, the roll, the rotating code."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xueqiao.channels.web.gate import STAFF, actor_of, is_fragment, open_to
from xueqiao.channels.web.mine.views import attendance_words
from xueqiao.domains.classes import api as classes
from xueqiao.domains.learning import api as learning
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import InvalidInput, NotFound

ROLES = ("teacher", "centre_clerk", "county_officer")
DAYS_AHEAD = 7


@open_to(STAFF(*ROLES))
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Today's sessions first, then yesterday's for what was forgotten, then the days ahead."""
    actor, now = actor_of(request), clock.now()
    day = clock.local_date(now)
    person_id = actor.person_id or 0
    ahead = [
        s for n in range(1, DAYS_AHEAD + 1) for s in classes.sessions_taught_by(person_id, day + timedelta(days=n))
    ]
    return render(
        request,
        "teacher/today.html",
        {
            "today": classes.sessions_taught_by(person_id, day),
            "yesterday": classes.sessions_taught_by(person_id, day - timedelta(days=1)),
            "ahead": ahead,
            "assisting": classes.sessions_assisted_by(person_id, day, day + timedelta(days=DAYS_AHEAD)),
            "now": now,
        },
    )


def _ids(values: list[str]) -> set[int]:
    if not all(value.isascii() and value.isdigit() and len(value) < 19 for value in values):
        raise InvalidInput(what=_("名单编号"))
    return {int(value) for value in values}


@open_to(STAFF(*ROLES))
@require_http_methods(["GET", "HEAD", "POST"])
def roll(request: HttpRequest, session_id: int) -> HttpResponse:
    """Everyone present by default: tick who is absent, sign once. After that single records are corrected."""
    actor, now = actor_of(request), clock.now()
    if request.method == "POST" and "person" in request.POST:
        person = _ids([request.POST["person"]])
        learning.correct_attendance(
            actor=actor,
            session_id=session_id,
            person_id=person.pop(),
            state=request.POST.get("state", ""),
            reason=request.POST.get("reason", ""),
            now=now,
        )
        messages.success(request, _("已改好，学员看得到这次改动。"))
        return HttpResponseRedirect(request.path)
    if request.method == "POST":
        absent, seen = _ids(request.POST.getlist("absent")), _ids(request.POST.getlist("seen"))
        done = learning.record_roll(
            actor=actor,
            session_id=session_id,
            marks=dict.fromkeys(absent, "absent"),
            seen=seen | absent,
            now=now,
        )
        messages.success(
            request,
            _("点名已签：到 %(present)s 人，缺 %(absent)s 人。")
            % {"present": done.present_count, "absent": done.absent_count},
        )
        return HttpResponseRedirect(request.path)
    sheet = learning.access_roll(actor=actor, session_id=session_id, now=now)
    words = attendance_words()
    lines = [{"line": line, "word": words.get(line.state, ("", ""))} for line in sheet.lines]
    choices = [(state, word[0]) for state, word in words.items()]
    return render(
        request,
        "teacher/roll.html",
        {
            "sheet": sheet,
            "plan": sheet.session,
            "assistants": classes.assistants_of([session_id]).get(session_id, []),
            "lines": lines,
            "choices": choices,
            "words": words,
        },
    )


@open_to(STAFF(*ROLES))
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, session_id: int) -> HttpResponse:
    """The rotating code: opened by one press, then the page asks for the new one by itself."""
    actor, now = actor_of(request), clock.now()
    if request.method == "POST":
        learning.open_session_code(actor=actor, session_id=session_id, now=now)
        return HttpResponseRedirect(request.path)
    sheet = learning.access_roll(actor=actor, session_id=session_id, now=now)
    try:
        shown = learning.access_rotating_code(actor=actor, session_id=session_id, now=now)
    except NotFound:
        shown = None
    address = request.build_absolute_uri(reverse("mine_attend", args=[shown.token])) if shown else ""
    arrived = [line for line in sheet.lines if line.state in {"present", "late"}]
    template = "teacher/code_part.html" if is_fragment(request) else "teacher/code.html"
    return render(
        request,
        template,
        {"plan": sheet.session, "code": shown, "address": address, "arrived": arrived, "total": len(sheet.lines)},
    )
