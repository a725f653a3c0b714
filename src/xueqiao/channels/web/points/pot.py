"""社区公益池: what residents gave to their county, for everybody to read; a desk asks, a second person decides."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xueqiao.channels.web.gate import EVERYBODY, actor_of, open_to
from xueqiao.channels.web.points import words
from xueqiao.channels.web.points.desk import DESK
from xueqiao.channels.web.steps import pressed
from xueqiao.domains.incentives import api as incentives
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.reasons import InvalidInput
from xueqiao.foundation.region_code import COUNTY, RegionCode
from xueqiao.foundation.regions.api import names_of

_READ_ON = {
    "invalid_input",
    "pot_short",
    "pot_spending_decided",
    "pot_spending_needs_another",
    "pot_spending_not_found",
    "reward_gone",
    "reward_not_found",
    "reward_over",
}


@open_to(EVERYBODY)
@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """What a county's residents gave, points and time, and what became of it. `?region=` chooses the county."""
    typed = request.GET.get("region", "")[:12]
    counties = incentives.counties_with_pots()
    county = incentives.county_of(int(RegionCode.parse(typed))) if typed else next(iter(counties), None)
    names = names_of([*counties, *([county] if county else [])])
    pot = incentives.pot_of(county) if county else None
    context = {
        "pot": pot,
        "name": names.get(county, "") if county else "",
        "others": [
            {"code": RegionCode(each).short, "name": names.get(each, RegionCode(each).short)}
            for each in counties
            if each != county
        ],
    }
    if pot:
        context |= {
            "time_received": words.minutes_words(pot.minutes_received),
            "time_spent": words.minutes_words(pot.minutes_spent),
            "time_left": words.minutes_words(pot.minutes_left),
        }
    return render(request, "points/public_pot.html", context)


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Ask to spend from the pot; what waits for a second person; what was spent."""
    actor, today = actor_of(request), clock.local_date(clock.now())
    press = pressed(request, lambda: _do(request, actor), mendable=_READ_ON)
    if press.is_done:
        return redirect("points_pot")
    county = incentives.county_of(min(actor.duties, key=lambda duty: duty.high - duty.low).low)
    is_county = RegionCode(county).level >= COUNTY
    context = {
        "waiting": [
            {
                "view": each,
                "may_decide": incentives.may_decide_pot(actor, county) and each.asked_by_id != actor.person_id,
                "is_own": each.asked_by_id == actor.person_id,
            }
            for each in incentives.access_pot_spendings(actor=actor)
        ],
        "pot": incentives.pot_of(county) if is_county else None,
        "county": RegionCode(county).short,
        "rewards": [each for each in incentives.access_rewards(actor=actor, on=today) if each.is_open and each.left],
        "typed": request.POST if request.POST.get("step") == "ask" else {},
        "form_key": request.POST.get("form_key") or uuid4().hex,
        "refusal": press.refusal,
    }
    return render(request, "points/pot.html", context, status=press.status)


def _do(request: HttpRequest, actor: Actor) -> str:
    form, step, now = request.POST, request.POST.get("step", ""), clock.now()
    if step == "ask":
        made = incentives.ask_pot_spending(
            actor=actor,
            reward_uuid=words.uuid_typed(form, "reward"),
            pieces=words.whole_typed(form, "pieces", _("件数")),
            words=form.get("words", ""),
            request_key=form.get("form_key", ""),
            now=now,
        )
        return _("“{title}”{pieces} 件的申请交上去了，等县里另一位同事审批。").format(
            title=made.reward_title, pieces=made.pieces
        )
    if step in {"spend", "refuse"}:
        done = incentives.decide_pot_spending(
            actor=actor, spending_uuid=words.uuid_typed(form, "spending"), is_spent=step == "spend", now=now
        )
        said = (
            _("“{title}”已从公益池支出，事由已公开。") if step == "spend" else _("“{title}”没有批准，积分还在公益池。")
        )
        return said.format(title=done.reward_title)
    raise InvalidInput(what=_("没有这一步"))
