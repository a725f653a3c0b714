"""志愿时长: an organiser writes down, a second person confirms."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xueqiao.channels.web.gate import actor_of, open_to
from xueqiao.channels.web.payroll.forms import day_typed, number_typed
from xueqiao.channels.web.points import words
from xueqiao.channels.web.points.desk import DESK
from xueqiao.channels.web.steps import pressed
from xueqiao.domains.incentives import api as incentives
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.reasons import InvalidInput

SHOWN = 30
_READ_ON = {
    "invalid_input",
    "receiver_not_found",
    "own_time_recorded",
    "second_person_needed",
    "time_day_most",
    "time_decided",
    "time_not_found",
}


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Record time; below, what waits for a second person, then what was confirmed."""
    actor, now = actor_of(request), clock.now()
    today = clock.local_date(now)
    press = pressed(request, lambda: _do(request, actor), mendable=_READ_ON)
    if press.is_done:
        return redirect("points_hours")
    waiting = incentives.access_volunteer_times(actor=actor, state="recorded")
    confirmed = incentives.access_volunteer_times(actor=actor, state="confirmed")[:SHOWN]
    context = {
        "waiting": [
            {
                "view": each,
                "lasting": words.minutes_words(each.minutes),
                "may_decide": actor.person_id not in {each.recorded_by_id, each.person_id},
            }
            for each in waiting
        ],
        "confirmed": [{"view": each, "lasting": words.minutes_words(each.minutes)} for each in confirmed],
        "places": words.places_of(actor, today),
        "today": today,
        "typed": request.POST if request.POST.get("step") == "record" else {},
        "form_key": request.POST.get("form_key") or uuid4().hex,
        "refusal": press.refusal,
    }
    return render(request, "points/hours.html", context, status=press.status)


def _do(request: HttpRequest, actor: Actor) -> str:
    form, step, now = request.POST, request.POST.get("step", ""), clock.now()
    if step == "record":
        made = incentives.record_hours(
            actor=actor,
            institution_id=number_typed(form, "place", _("地点")),
            learner_code=form.get("learner_code", "")[:12],
            day=day_typed(form, "day", _("日期")),
            minutes=words.whole_typed(form, "minutes", _("分钟数")),
            words=form.get("words", ""),
            request_key=form.get("form_key", ""),
            now=now,
        )
        return _("{name} 的 {lasting} 记下了，等另一位同事确认。").format(
            name=made.person_name, lasting=words.minutes_words(made.minutes)
        )
    if step in {"confirm", "refuse"}:
        which = words.uuid_typed(form, "time")
        done = incentives.decide_hours(actor=actor, time_uuid=which, is_confirmed=step == "confirm", now=now)
        said = _("{name} 的时长已确认。") if step == "confirm" else _("{name} 的时长没有通过。")
        return said.format(name=done.person_name)
    raise InvalidInput(what=_("没有这一步"))
