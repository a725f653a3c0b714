"""时间银行服务: what savers asked for and the time bank grants; a desk says whether the help was given."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xueqiao.channels.web.gate import actor_of, open_to
from xueqiao.channels.web.payroll.forms import day_typed
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
    "second_person_needed",
    "time_bank_short",
    "time_service_ended",
    "time_service_not_found",
    "time_service_not_yet",
    "too_young_for_help",
}


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """What was asked for, soonest first; below, what was given; beside it, the time bank's own help for the oldest."""
    actor, now = actor_of(request), clock.now()
    today = clock.local_date(now)
    press = pressed(request, lambda: _do(request, actor), mendable=_READ_ON)
    if press.is_done:
        return redirect("points_time_bank")
    county = incentives.county_of(min(actor.duties, key=lambda duty: duty.high - duty.low).low)
    context = {
        "waiting": [_row(each, actor) for each in incentives.access_time_services(actor=actor, state="asked")],
        "served": [_row(each, actor) for each in incentives.access_time_services(actor=actor, state="served")][-SHOWN:],
        "age_from": incentives.bank_age_from(county, today),
        "bank_left": words.minutes_words(incentives.pot_of(county).minutes_left),
        "today": today,
        "typed": request.POST if request.POST.get("step") == "grant" else {},
        "form_key": request.POST.get("form_key") or uuid4().hex,
        "refusal": press.refusal,
    }
    return render(request, "points/time_bank.html", context, status=press.status)


def _row(view: incentives.TimeServiceView, actor: Actor) -> dict[str, object]:
    return {
        "view": view,
        "lasting": words.minutes_words(view.minutes),
        "may_decide": actor.person_id not in {view.asked_by_id, view.helped_id, view.payer_id},
        "may_withdraw": view.payer_id is None and view.asked_by_id == actor.person_id,
    }


def _do(request: HttpRequest, actor: Actor) -> str:
    form, step, now = request.POST, request.POST.get("step", ""), clock.now()
    if step == "grant":
        made = incentives.grant_time_service(
            actor=actor,
            helped_code=form.get("helped", "")[:12],
            day=day_typed(form, "day", _("日期")),
            minutes=words.whole_typed(form, "minutes", _("分钟数")),
            words=form.get("words", ""),
            request_key=form.get("form_key", ""),
            now=now,
        )
        return _("{name} 的服务登记了，做完以后请另一位同事确认。").format(name=made.helped_name)
    if step in {"served", "refused", "withdrawn"}:
        which = words.uuid_typed(form, "service")
        done = incentives.end_time_service(actor=actor, service_uuid=which, state=step, now=now)
        said = _("{name} 的服务已确认做完。") if step == "served" else _("{name} 的服务已取消，时长退回了。")
        return said.format(name=done.helped_name)
    raise InvalidInput(what=_("没有这一步"))
