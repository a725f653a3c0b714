"""窗口取的号: numbers of waiting rooms taken for people at the desk or on the telephone. The same queue as everybody's.

Only who is there is called. People without a telephone are there while this page is open at the desk: it asks again by
itself, and that is their sign of life.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xueqiao.channels.web.centre.counter import CHANNELS, CHOSEN_KEY
from xueqiao.channels.web.centre.views import DESK
from xueqiao.channels.web.enrol.words import until_words
from xueqiao.channels.web.gate import actor_of, open_to
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.api import DeskNumber
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.reasons import InvalidInput

REFRESH_SECONDS = 20


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def board(request: HttpRequest) -> HttpResponse:
    """The numbers of this desk: whose turn it is, who still waits; enrol her, or give the number back."""
    actor, now = actor_of(request), clock.now()
    numbers = enrolment.access_desk_numbers(actor=actor)
    if request.method == "POST":
        return _act(request, actor, numbers, now)
    if waiting := [each.arrival_id for each in numbers if each.state == "waiting"]:
        enrolment.mark_present(arrival_ids=waiting, now=now)
        if enrolment.call_next(now=now):
            numbers = enrolment.access_desk_numbers(actor=actor)
    return render(
        request, "centre/numbers.html", {"rows": [_row(each, now) for each in numbers], "refresh": REFRESH_SECONDS}
    )


def _act(request: HttpRequest, actor: Actor, numbers: list[DeskNumber], now: datetime) -> HttpResponse:
    wanted = request.POST.get("number", "")
    chosen = next((each for each in numbers if str(each.arrival_id) == wanted), None)
    if chosen is None:
        raise InvalidInput(what=_("这个号已经不在了，刷新再看"))
    if request.POST.get("step") == "leave":
        actor = replace(actor, channel=chosen.channel)
        enrolment.leave_room(actor=actor, run_id=chosen.run_id, person_id=chosen.person_id, now=now)
        messages.success(request, _("{name}的号放弃了。").format(name=chosen.person_name))
        return redirect("centre_numbers")
    request.session[CHOSEN_KEY] = {
        "channel": chosen.channel,
        "run": chosen.run_code,
        "person": chosen.person_code,
    }
    return redirect("centre_counter")


def _row(each: DeskNumber, now: datetime) -> dict[str, Any]:
    return {
        "number": each,
        "channel": CHANNELS[each.channel],
        "until": until_words(each.turn_until, now) if each.turn_until else "",
        "is_called": each.state == "called",
    }
