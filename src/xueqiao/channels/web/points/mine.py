"""我的积分与志愿时长: what she has, how it came, what can be had for it nearby, and giving it away."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xueqiao.channels.web.gate import RESIDENT, open_to
from xueqiao.channels.web.mine.whose import Whose, whose
from xueqiao.channels.web.payroll.forms import day_typed
from xueqiao.channels.web.points import words
from xueqiao.channels.web.steps import pressed
from xueqiao.domains.incentives import api as incentives
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import InvalidInput

SHOWN = 12
_READ_ON = {
    "invalid_input",
    "not_enough_points",
    "not_enough_time",
    "reward_gone",
    "reward_over",
    "reward_not_found",
    "reward_year_most",
    "redemption_ended",
    "gift_too_large",
    "gift_to_oneself",
    "receiver_not_found",
    "time_bank_closed",
    "time_for_family_only",
    "time_keep_most",
    "time_service_ended",
    "time_service_not_found",
    "too_young_for_help",
}


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """Points and time of the reader, or of whom she acts for; four small forms."""
    who, now = whose(request), clock.now()
    press = pressed(request, lambda: _do(request, who), mendable=_READ_ON)
    if press.is_done:
        return redirect(reverse("points_mine") + who.query)
    today = clock.local_date(now)
    points = incentives.access_points(actor=who.actor, person_id=who.person.id, now=now)
    time = incentives.access_hours(actor=who.actor, person_id=who.person.id, now=now)
    home = people.homes_of([who.person.id])[who.person.id]
    context = {
        "who": who,
        "points": points,
        "time": time,
        "minutes": words.minutes_words(time.minutes),
        "waiting": words.minutes_words(time.waiting_minutes) if time.waiting_minutes else "",
        "set_aside": words.minutes_words(time.set_aside) if time.set_aside else "",
        "services": [
            {
                "view": each,
                "lasting": words.minutes_words(each.minutes),
                "state": words.SERVICE_STATES[each.state],
                "may_withdraw": each.state == "asked" and each.payer_id == who.person.id,
            }
            for each in time.services
        ],
        "relatives": _relatives(who),
        "today": today,
        "rewards": [
            {"view": each, "missing": max(0, each.price_hundredths - points.available)}
            for each in incentives.rewards_near(home, on=today)[:SHOWN]
        ],
        "slips": [
            {"view": each, "state": words.STATES[each.state], "tag": words.TAGS[each.state]}
            for each in sorted(points.redemptions, key=lambda slip: slip.state != "reserved")
        ],
        "history": [
            {"at": words.day_of(each), "words": words.points_sentence(each)} for each in points.history[:SHOWN]
        ],
        "hours_history": [
            {"at": words.day_of(each), "words": words.hours_sentence(each)} for each in time.history[:SHOWN]
        ],
        "typed": request.POST,
        "form_key": request.POST.get("form_key") or uuid4().hex,
        "refusal": press.refusal,
    }
    return render(request, "points/mine.html", context, status=press.status)


def _do(request: HttpRequest, who: Whose) -> str:
    """One step; what was done, in words."""
    form, step = request.POST, request.POST.get("step", "")
    named: dict[str, Any] = {"actor": who.actor, "person_id": who.person.id, "now": clock.now()}
    keyed = named | {"request_key": form.get("form_key", "")}
    if step == "reserve":
        made = incentives.reserve_reward(**keyed, reward_uuid=words.uuid_typed(form, "reward"))
        return _("留好了。到{place}报领取码 {code}。").format(place=made.institution_name, code=made.code)
    if step == "give_up":
        incentives.take_back_reward(actor=who.actor, redemption_uuid=words.uuid_typed(form, "slip"), now=clock.now())
        return _("不要了，积分已退回。")
    if step == "give":
        to = form.get("receiver", "")[:12] if form.get("to") == "person" else ""
        if form.get("to") == "person" and not to.strip():
            raise InvalidInput(what=_("写上对方的学号"))
        given = incentives.donate_points(**keyed, hundredths=words.hundredths_typed(form, "amount"), receiver_code=to)
        return _("已送出 {points} 分。").format(points=incentives.points_text(given))
    if step == "give_hours":
        to = form.get("receiver", "")[:12]
        minutes = words.whole_typed(form, "minutes", _("分钟数"))
        lasting = words.minutes_words(incentives.donate_hours(**keyed, minutes=minutes, receiver_code=to))
        return (_("已送给家人 {lasting}。") if to else _("已捐给时间银行 {lasting}。")).format(lasting=lasting)
    if step == "ask_help":
        asked = incentives.ask_time_service(
            **keyed,
            helped_code=form.get("helped", "")[:12],
            day=day_typed(form, "day", _("日期")),
            minutes=words.whole_typed(form, "minutes", _("分钟数")),
            words=form.get("words", ""),
        )
        return _("登记了，社区教育中心会安排。留出 {lasting}，做完才扣。").format(
            lasting=words.minutes_words(asked.minutes)
        )
    if step == "withdraw_help":
        incentives.end_time_service(
            actor=who.actor, service_uuid=words.uuid_typed(form, "service"), state="withdrawn", now=clock.now()
        )
        return _("不用了，时长已退回。")
    raise InvalidInput(what=_("没有这一步"))


def _relatives(who: Whose) -> list[people.PersonCard]:
    """Whom the reader can choose besides the person shown: herself and those she acts for."""
    actor = people.access_persons(who.actor, [who.actor.person_id or 0]).values()
    return list({card.id: card for card in (*actor, *who.others) if card.id != who.person.id}.values())
