"""Use my credit: see what a programme would take and why, reserve, follow the answer, withdraw."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xueqiao.channels.web.gate import RESIDENT, actor_of, open_to
from xueqiao.channels.web.mine.whose import whose
from xueqiao.domains.credits import api as credit_bank
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import InvalidInput, Refused

STATES = {
    "reserved": (gettext_lazy("等学校确认"), "info"),
    "converted": (gettext_lazy("已转换"), "good"),
    "refused": (gettext_lazy("学校没有接收，已退回"), "bad"),
    "withdrawn": (gettext_lazy("已撤回"), "warn"),
    "expired": (gettext_lazy("学校没有按时答复，已退回"), "warn"),
    "reversed": (gettext_lazy("已冲回"), "warn"),
}
USES_MAX = 200


@open_to(RESIDENT)
@require_safe
def conversions(request: HttpRequest) -> HttpResponse:
    """All conversions of the person, what there is in each kind of credit, and what ends soon."""
    who = whose(request)
    rows = [
        {"conversion": each, "state": STATES[each.state][0], "look": STATES[each.state][1]}
        for each in credit_bank.access_conversions_of(actor=who.actor, person_id=who.person.id)
    ]
    ending = [
        each
        for each in credit_bank.access_expiries_of(actor=who.actor, person_id=who.person.id)
        if each.state != "restored"
    ]
    context = {
        "here": "mine",
        "who": who,
        "rows": rows,
        "balances": credit_bank.access_balances(actor=who.actor, person_id=who.person.id),
        "ending": ending,
    }
    return render(request, "mine/conversions.html", context)


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def convert(request: HttpRequest) -> HttpResponse:
    """One programme: what would be used, what counts and why; choose the school and reserve."""
    who = whose(request)
    rules = (request.POST.get("rules") or request.GET.get("rules") or "")[:60]
    programme = (request.POST.get("programme") or request.GET.get("programme") or "")[:60]
    if not rules or not programme:
        return HttpResponseRedirect(reverse("mine_worth") + who.query)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            done = credit_bank.reserve_conversion(
                actor=who.actor,
                conversion_uuid=_uuid(request.POST.get("uuid", "")),
                person_id=who.person.id,
                rules_code=rules,
                programme=programme,
                institution_id=_whole(request.POST.get("school", "")),
                plan=dict(_use(typed) for typed in request.POST.getlist("use")[:USES_MAX]),
                now=clock.now(),
            )
        except Refused as refused:
            if refused.status not in (409, 422):
                raise
            refusal, status = refused.message, refused.status
        else:
            messages.success(request, _("预留好了，等学校确认。进度都在这一页。"))
            return HttpResponseRedirect(reverse("mine_conversion", args=[done.uuid]) + who.query)
    plan = credit_bank.conversion_plan(
        actor=who.actor, person_id=who.person.id, rules_code=rules, programme=programme, now=clock.now()
    )
    context = {"here": "mine", "who": who, "plan": plan, "uuid": uuid4(), "refusal": refusal}
    return render(request, "mine/convert.html", context, status=status)


@open_to(RESIDENT)
@require_safe
def conversion(request: HttpRequest, conversion_uuid: UUID) -> HttpResponse:
    """One conversion: where it stands, what it uses, the explanation word for word; withdraw while it waits."""
    view = credit_bank.access_conversion(actor=actor_of(request), conversion_uuid=conversion_uuid)
    context = {
        "here": "mine",
        "query": whose(request).query,
        "conversion": view,
        "state": STATES[view.state][0],
        "look": STATES[view.state][1],
    }
    return render(request, "mine/conversion.html", context)


@open_to(RESIDENT)
@require_POST
def withdraw(request: HttpRequest, conversion_uuid: UUID) -> HttpResponse:
    """Take the credit back before the school has answered."""
    try:
        credit_bank.withdraw_conversion(actor=actor_of(request), conversion_uuid=conversion_uuid, now=clock.now())
    except Refused as refused:
        if refused.status not in (409, 422):
            raise
        messages.error(request, refused.message)
    else:
        messages.success(request, _("撤回了，学分已经退回账户。"))
    return HttpResponseRedirect(reverse("mine_conversion", args=[conversion_uuid]) + whose(request).query)


def _use(typed: str) -> tuple[str, tuple[str, int]]:
    """One line of the plan as the page wrote it: key, hundredths, rule number. Raises InvalidInput."""
    key, _colon, rest = typed[:120].partition(":")
    amount, _colon, number = rest.partition(":")
    return key, (number, _whole(amount))


def _whole(typed: str) -> int:
    if not typed.isascii() or not typed.isdigit() or len(typed) > 15:
        raise InvalidInput(what=_("请从页面上选一所学校，再按预留"))
    return int(typed)


def _uuid(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError as reason:
        raise InvalidInput(what=_("页面过期了，请刷新")) from reason
