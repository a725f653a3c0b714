"""学习券: schemes with their budgets; open one, put money in, give one out, close it."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.channels.web.payroll.forms import day_typed, fen_typed, number_typed
from xueqiao.channels.web.schemes.words import SPONSORS, VOUCHER_HINTS, VOUCHERS
from xueqiao.channels.web.steps import pressed
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import InvalidInput, NotAllowed, Refused

OFFICERS = STAFF(*payments.FINANCE_ROLES)
_READ_ON = {"invalid_input", "voucher_scheme_closed"}


@open_to(OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """Schemes of the officer's units with what is left, and a form for a new one."""
    actor = actor_of(request)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            made = _make(request, actor)
        except Refused as refused:
            if refused.code not in _READ_ON:
                raise
            refusal, status = refused.message, refused.status
        else:
            messages.success(request, _("已设好。经费到了再往里加钱，有钱才能用。"))
            return redirect("scheme_voucher", scheme_uuid=made.uuid)
    today = clock.local_date(clock.now())
    context = {
        "rows": [
            {"view": each, "kind": VOUCHERS[each.kind], "is_over": each.valid_to < today or each.state == "closed"}
            for each in payments.access_voucher_schemes(actor=actor)
        ],
        "kinds": [(kind, words, VOUCHER_HINTS[kind]) for kind, words in VOUCHERS.items() if kind != "enterprise"],
        "sponsors": SPONSORS.items(),
        "today": today,
        "year_end": date(today.year, 12, 31),
        "typed": request.POST,
        "refusal": refusal,
    }
    return render(request, "schemes/vouchers.html", context, status=status)


@open_to(OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, scheme_uuid: UUID) -> HttpResponse:
    """One scheme: its money, who may use it; put money in, give one out, close it."""
    actor = actor_of(request)
    press = pressed(request, lambda: _do(request, actor, scheme_uuid), mendable=_READ_ON)
    if press.is_done:
        return redirect("scheme_voucher", scheme_uuid=scheme_uuid)
    shown = payments.access_voucher_scheme(actor=actor, scheme_uuid=scheme_uuid)
    context = {
        "scheme": shown,
        "kind": VOUCHERS[shown.kind],
        "how_given": VOUCHER_HINTS[shown.kind],
        "sponsor": SPONSORS.get(shown.sponsor, shown.sponsor),
        "form_key": request.POST.get("form_key") or uuid4().hex,
        "typed": request.POST,
        "refusal": press.refusal,
    }
    return render(request, "schemes/voucher.html", context, status=press.status)


def _make(request: HttpRequest, actor: Actor) -> payments.VoucherSchemeView:
    form = request.POST
    return payments.make_voucher_scheme(
        actor=actor,
        kind=form.get("kind", ""),
        title=form.get("title", ""),
        source=form.get("source", ""),
        region=unit_of(actor),
        amount_fen=fen_typed(form, "amount_yuan", _("每人金额")),
        valid_from=day_typed(form, "valid_from", _("开始日期")),
        valid_to=day_typed(form, "valid_to", _("最后一天")),
        age_min=number_typed(form, "age_min", _("年龄")) if form.get("age_min") else None,
        age_max=number_typed(form, "age_max", _("年龄")) if form.get("age_max") else None,
        needs_concession=bool(form.get("needs_concession")),
        sponsor=form.get("sponsor", ""),
        now=clock.now(),
    )


def _do(request: HttpRequest, actor: Actor, scheme_uuid: UUID) -> str:
    """One step; what was done, in words."""
    now, form = clock.now(), request.POST
    step = form.get("step", "")
    if step == "fund":
        payments.fund_voucher_scheme(
            actor=actor,
            scheme_uuid=scheme_uuid,
            amount_fen=fen_typed(form, "amount_yuan", _("金额")),
            key=form.get("form_key", "")[:64],
            now=now,
        )
        return _("经费已记入。")
    if step == "issue":
        person = people.find_person_by_code(actor, form.get("learner_code", "")[:12])
        if person is None:
            raise InvalidInput(what=_("没有这个学号，或者这个人不在您的单位"))
        payments.issue_voucher(actor=actor, scheme_uuid=scheme_uuid, person_id=person.id, now=now)
        return _("已发给 {name}。").format(name=person.name)
    if step == "close":
        payments.close_voucher_scheme(actor=actor, scheme_uuid=scheme_uuid, now=now)
        return _("已结束，剩下的钱退回出资方。")
    raise InvalidInput(what=_("没有这一步"))


def unit_of(actor: Actor) -> int:
    """The unit an officer writes rules for: the largest of her duties."""
    units = [duty for duty in actor.duties if duty.role in payments.FINANCE_ROLES]
    if not units:
        raise NotAllowed
    return max(units, key=lambda duty: duty.high - duty.low).low
