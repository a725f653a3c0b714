"""积分兑换: rewards with their stock, and the counter that hands them over."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.channels.web.payroll.forms import day_typed, number_typed
from xueqiao.channels.web.points import words
from xueqiao.channels.web.steps import pressed
from xueqiao.domains.incentives import api as incentives
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.reasons import InvalidInput, Refused

DESK = STAFF(*incentives.DESK_ROLES)
_READ_ON = {
    "invalid_input",
    "stock_too_small",
    "reward_not_found",
    "redemption_not_found",
    "redemption_ended",
    "hand_over_to_oneself",
}


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def rewards(request: HttpRequest) -> HttpResponse:
    """Offer one; below, those of the unit with what is left of them."""
    actor, now = actor_of(request), clock.now()
    today = clock.local_date(now)
    press = pressed(request, lambda: _change(request, actor), mendable=_READ_ON)
    if press.is_done:
        return redirect("points_rewards")
    context = {
        "rows": incentives.access_rewards(actor=actor, on=today),
        "places": words.places_of(actor, today),
        "today": today,
        "typed": request.POST if request.POST.get("step") == "offer" else {},
        "refusal": press.refusal,
    }
    return render(request, "points/rewards.html", context, status=press.status)


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def counter(request: HttpRequest) -> HttpResponse:
    """A code is typed, the slip is shown, the thing is handed over or comes back; below, what waits to be fetched."""
    actor = actor_of(request)
    refusal, status, slip = "", 200, None
    if request.method == "POST":
        try:
            slip = _at_counter(request, actor)
        except Refused as refused:
            if refused.code not in _READ_ON:
                raise
            refusal, status = refused.message, refused.status
        else:
            if slip is None:
                return redirect("points_counter")
    waiting = incentives.access_redemptions_waiting(actor=actor)
    ids = {each.person_id for each in waiting} | ({slip.person_id} if slip else set())
    names = {card.id: card.name for card in people.access_persons(actor, ids).values()}
    elsewhere = _("外地居民")
    context = {
        "slip": slip,
        "slip_name": names.get(slip.person_id, elsewhere) if slip else "",
        "slip_state": words.STATES[slip.state] if slip else "",
        "slip_tag": words.TAGS[slip.state] if slip else "",
        "waiting": [{"view": each, "name": names.get(each.person_id, elsewhere)} for each in waiting],
        "typed": request.POST,
        "refusal": refusal,
    }
    return render(request, "points/counter.html", context, status=status)


def _at_counter(request: HttpRequest, actor: Actor) -> incentives.RedemptionView | None:
    """The slip to show, or None when something was done."""
    form, step, now = request.POST, request.POST.get("step", ""), clock.now()
    code = form.get("code", "").strip()[:8]
    if step == "find":
        return incentives.access_redemption(actor=actor, code=code)
    if step == "hand_over":
        done = incentives.hand_over_reward(actor=actor, code=code, now=now)
        messages.success(request, _("“{title}”已发放，积分已扣。").format(title=done.reward_title))
        return None
    if step == "back":
        slip = incentives.access_redemption(actor=actor, code=code)
        incentives.take_back_reward(actor=actor, redemption_uuid=slip.uuid, now=now)
        messages.success(request, _("“{title}”已退回，积分已还给本人。").format(title=slip.reward_title))
        return None
    raise InvalidInput(what=_("没有这一步"))


def _change(request: HttpRequest, actor: Actor) -> str:
    form, step, now = request.POST, request.POST.get("step", ""), clock.now()
    if step == "offer":
        made = incentives.offer_reward(
            actor=actor,
            institution_id=number_typed(form, "place", _("领取地点")),
            title=form.get("title", ""),
            partner=form.get("partner", ""),
            price_hundredths=words.hundredths_typed(form, "price"),
            stock=words.whole_typed(form, "stock", _("数量")),
            person_year_max=words.whole_typed(form, "person_year_max", _("每人每年件数")),
            valid_to=day_typed(form, "valid_to", _("截止日")),
            now=now,
        )
        return _("“{title}”上架了，居民在“我的积分”里看得到。").format(title=made.title)
    if step in {"stock", "close"}:
        changed = incentives.change_stock(
            actor=actor,
            reward_uuid=words.uuid_typed(form, "reward"),
            stock=words.whole_typed(form, "stock", _("数量")),
            is_closed=step == "close",
            now=now,
        )
        if not changed.is_open:
            return _("“{title}”已停止兑换，已经留出的照常领取。").format(title=changed.title)
        return _("“{title}”的库存已改，还剩 {left} 件。").format(title=changed.title, left=changed.left)
    raise InvalidInput(what=_("没有这一步"))
