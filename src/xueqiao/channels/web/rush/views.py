"""等候室：取号、轮到了给谁报名、放弃。 What the front does not answer from memory, and everything without the front."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xueqiao.channels.rush.tickets import COOKIE, LIFE_SECONDS, Seal, Ticket
from xueqiao.channels.rush.words import waiting_words
from xueqiao.channels.web.enrol.views import choices_of
from xueqiao.channels.web.enrol.words import place_words, rows_of, until_words
from xueqiao.channels.web.gate import RESIDENT, actor_of, open_to
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.api import ArrivalView
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import InvalidInput, Refused

seal = Seal(settings.SECRET_KEY)
TURN_STAYS = frozenset(
    {
        "not_on_the_list",
        "age_outside",
        "time_clash",
        "term_limit_reached",
        "spending_cap_reached",
        "already_enrolled",
        "seats_busy",
    }
)


@open_to(RESIDENT)
@require_safe
def room(request: HttpRequest, class_code: str) -> HttpResponse:
    """The waiting room: coming in gives a number, coming again shows it."""
    actor, now = actor_of(request), clock.now()
    run = classes.get_class(class_code, now=now)
    person_id = actor.person_id or 0
    arrival = enrolment.find_arrival(run_id=run.run_id, person_id=person_id)
    if arrival is not None and arrival.state == "used" and arrival.place_uuid and "again" not in request.GET:
        return redirect("enrol_check", place_uuid=arrival.place_uuid)
    if arrival is not None and arrival.state == "lapsed" and "again" not in request.GET:
        return render(request, "rush/over.html", {"run": run, "number": arrival.number}, status=409)
    if arrival is None or not arrival.is_living:
        if enrolment.room_phase_of(run.run_id, now=now) == "none":
            return redirect("public_class", code=run.code)
        arrival = enrolment.enter_room(actor=actor, run_id=run.run_id, person_id=person_id, channel="web", now=now)
    enrolment.mark_present(arrival_ids=[arrival.id], now=now)
    if _should_call(arrival):
        enrolment.call_next(now=now)
        arrival = enrolment.find_arrival(run_id=run.run_id, person_id=person_id) or arrival
    response = _turn(request, run, arrival, now) if arrival.state == "called" else _wait(request, run, arrival, now)
    return _with_ticket(request, response, arrival, now)


def _should_call(arrival: ArrivalView) -> bool:
    """Without the front nobody else goes through the rooms every moment: a visit does it."""
    return arrival.state == "waiting"


def _wait(request: HttpRequest, run: classes.ClassDetail, arrival: ArrivalView, now: datetime) -> HttpResponse:
    shown = enrolment.get_room(run.run_id, now=now)
    if shown is None:
        return redirect("public_class", code=run.code)
    ahead = enrolment.arrivals_ahead(run_id=run.run_id, number=arrival.number) if arrival.number else 0
    words = waiting_words(shown, number=arrival.number, ahead=ahead, called_per_minute=0, now=now)
    return render(request, "rush/waiting.html", waiting_context(shown) | {"words": words})


def waiting_context(shown: enrolment.RoomView) -> dict[str, Any]:
    return {"room": shown, "help_phone": settings.HELP_PHONE}


def _turn(request: HttpRequest, run: classes.ClassDetail, arrival: ArrivalView, now: datetime) -> HttpResponse:
    choices = choices_of(actor_of(request), now)
    return render(
        request,
        "rush/turn.html",
        {
            "run": run,
            "time_words": rows_of(name="", run=run, now=now)[2]["value"],
            "place_words": place_words(run),
            "choices": [choice | {"value": "me" if n == 0 else choice["value"]} for n, choice in enumerate(choices)],
            "until": until_words(arrival.turn_until, now),
            "number": arrival.number,
        },
    )


def _with_ticket(request: HttpRequest, response: HttpResponse, arrival: ArrivalView, now: datetime) -> HttpResponse:
    session_key = request.session.session_key
    if session_key and arrival.is_living:
        ticket = Ticket(arrival.id, arrival.run_id, arrival.person_id, int(time.time()) + LIFE_SECONDS)
        response.set_cookie(
            COOKIE,
            seal.write(ticket, session_key=session_key),
            max_age=LIFE_SECONDS,
            path=request.path.replace("hold/", ""),
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response


@open_to(RESIDENT)
@require_POST
def hold(request: HttpRequest, class_code: str) -> HttpResponse:
    """轮到了，给谁报名: the turn becomes a held seat. The number of the turn is the number of the form."""
    actor, now = actor_of(request), clock.now()
    run = classes.get_class(class_code, now=now)
    arrival = enrolment.find_arrival(run_id=run.run_id, person_id=actor.person_id or 0)
    if arrival is None:
        return redirect("rush_room", class_code=class_code)
    wanted = request.POST.get("person", "")
    choices = choices_of(actor, now)
    person = next((c for n, c in enumerate(choices) if wanted in {str(c["value"]), "me" if n == 0 else ""}), None)
    if person is None:
        raise InvalidInput(what=_("没有选给谁报名"))
    try:
        place = enrolment.hold_seat(
            actor=actor,
            run_id=run.run_id,
            person_id=person["id"],
            request_key=request_key_of(arrival.id),
            channel="web",
            now=now,
        )
    except Refused as refusal:
        if refusal.code not in TURN_STAYS:
            raise
        messages.error(request, refusal.message)
        return redirect("rush_room", class_code=class_code)
    return redirect("enrol_check", place_uuid=place.uuid)


def request_key_of(arrival_id: int) -> str:
    """One turn, one form: pressing twice, in two windows or after a crash, is one place."""
    return f"turn:{arrival_id}"


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, class_code: str) -> HttpResponse:
    """Give the number back, after asking once."""
    actor, now = actor_of(request), clock.now()
    run = classes.get_class(class_code, now=now)
    if request.method != "POST":
        return render(request, "rush/leave.html", {"run": run})
    enrolment.leave_room(actor=actor, run_id=run.run_id, person_id=actor.person_id or 0, now=now)
    messages.success(request, _("号已经放弃了。想再报，可以重新取号。"))
    response = redirect("public_class", code=run.code)
    response.delete_cookie(COOKIE, path=request.path.replace("leave/", ""))
    return response
