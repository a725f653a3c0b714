"""企业服务: a firm's own pages: register, order a class for its people, take the quote, pay, ask for the invoice."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xueqiao.channels.web.enterprise.learners import list_context
from xueqiao.channels.web.enterprise.words import (
    ENTERPRISE_TAGS,
    ENTERPRISES,
    INVOICE_KINDS,
    INVOICES,
    ORDER_TAGS,
    ORDERS,
    REFUNDS,
)
from xueqiao.channels.web.gate import RESIDENT, actor_of, open_to
from xueqiao.channels.web.payroll.forms import day_typed, fen_typed, number_typed
from xueqiao.channels.web.place import place_of
from xueqiao.channels.web.steps import pressed
from xueqiao.domains.catalogue import api as catalogue
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.demand import api as demand
from xueqiao.domains.institutions import api as institutions
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import InvalidInput, Refused
from xueqiao.foundation.region_code import CITY, COUNTY, RegionCode
from xueqiao.foundation.regions import api as regions

_READ_ON = {
    "invalid_input",
    "credit_code_wrong",
    "enterprise_known",
    "enterprise_not_verified",
    "bad_order",
    "group_too_small",
    "quote_ran_out",
    "order_not_in_this_state",
    "nothing_to_invoice",
    "invoice_asked",
}


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """The firms the reader acts for, and a form to register one."""
    actor, now = actor_of(request), clock.now()
    refusal, status = "", 200
    if request.method == "POST":
        try:
            made = demand.register_enterprise(
                actor=actor,
                name=request.POST.get("name", ""),
                credit_code=request.POST.get("credit_code", ""),
                region=number_typed(request.POST, "region", _("所在县区")),
                now=now,
            )
        except Refused as refused:
            if refused.code not in _READ_ON:
                raise
            refusal, status = refused.message, refused.status
        else:
            messages.success(request, _("已登记。工作人员核对执照后就能下单。"))
            return redirect("enterprise_one", enterprise_uuid=made.uuid)
    mine = demand.access_my_enterprises(actor=actor)
    context = {
        "rows": [{"view": each, "state": ENTERPRISES[each.state], "tag": ENTERPRISE_TAGS[each.state]} for each in mine],
        "counties": _counties(request),
        "typed": request.POST,
        "refusal": refusal,
    }
    return render(request, "enterprise/home.html", context, status=status)


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, enterprise_uuid: UUID) -> HttpResponse:
    """One firm: its orders, a form for a new one, who acts for it."""
    actor, now = actor_of(request), clock.now()
    today = clock.local_date(now)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            if request.POST.get("step") == "member":
                code = request.POST.get("learner_code", "")
                demand.add_member(actor=actor, enterprise_uuid=enterprise_uuid, learner_code=code, now=now)
                messages.success(request, _("已加进来，这位同事也能替企业办事了。"))
                return redirect("enterprise_one", enterprise_uuid=enterprise_uuid)
            made = _ask(request, enterprise_uuid)
        except Refused as refused:
            if refused.code not in _READ_ON:
                raise
            refusal, status = refused.message, refused.status
        else:
            messages.success(request, _("订单交上去了，报价出来会通知您。"))
            return redirect("enterprise_order", order_uuid=made.uuid)
    firm = demand.access_enterprise(actor=actor, enterprise_uuid=enterprise_uuid)
    orders = demand.access_orders_of(actor=actor, enterprise_uuid=enterprise_uuid, on=today)
    unit = RegionCode(firm.region)
    county = int(unit.ancestor(min(COUNTY, unit.level)))
    centres = institutions.institutions_in(county, kind="township_centre", on=today)
    context = {
        "firm": firm,
        "state": ENTERPRISES[firm.state],
        "tag": ENTERPRISE_TAGS[firm.state],
        "orders": [order_row(each) for each in orders],
        "courses": catalogue.courses_by_category(),
        "centres": centres,
        "typed": request.POST,
        "form_key": request.POST.get("form_key") or uuid4().hex,
        "refusal": refusal,
        "region_name": regions.full_name(firm.region),
        "agreements": _agreements(request, firm),
    }
    return render(request, "enterprise/one.html", context, status=status)


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, order_uuid: UUID) -> HttpResponse:
    """One order: the quote to take, the bill and how to pay it, the class, the invoice, money that goes back."""
    actor, now = actor_of(request), clock.now()
    press = pressed(request, lambda: _do(request, order_uuid), mendable=_READ_ON)
    if press.is_done:
        return redirect("enterprise_order", order_uuid=order_uuid)
    shown = demand.access_order(actor=actor, order_uuid=order_uuid, on=clock.local_date(now))
    context = {
        **order_context(shown),
        **list_context(request, shown),
        "typed": request.POST,
        "refusal": press.refusal,
        "invoice_kinds": INVOICE_KINDS.items(),
    }
    return render(request, "enterprise/order.html", context, status=press.status)


def order_row(each: demand.OrderView) -> dict[str, Any]:
    """An order with the words of its state."""
    return {"view": each, "state": ORDERS[each.state], "tag": ORDER_TAGS[each.state]}


def order_context(shown: demand.OrderView) -> dict[str, Any]:
    """What the pages of one order need, the firm's and the desk's."""
    return {
        "order": shown,
        "state": ORDERS[shown.state],
        "tag": ORDER_TAGS[shown.state],
        "is_billed": shown.due_fen > 0,
        "refunds": [{"view": each, "state": REFUNDS[each.state]} for each in shown.refunds],
        "invoice_state": INVOICES[shown.invoice.state] if shown.invoice else "",
        "invoice_kind": INVOICE_KINDS[shown.invoice.kind] if shown.invoice else "",
    }


def _ask(request: HttpRequest, enterprise_uuid: UUID) -> demand.OrderView:
    form = request.POST
    return demand.ask_order(
        actor=actor_of(request),
        enterprise_uuid=enterprise_uuid,
        course_code=form.get("course", ""),
        institution_id=number_typed(form, "centre", _("上课的单位")),
        learners=number_typed(form, "learners", _("人数")),
        wish_from=day_typed(form, "wish_from", _("开课日期")),
        posts=form.get("posts", ""),
        wage_floor_fen=fen_typed(form, "wage_yuan", _("月工资")) if form.get("wage_yuan") else None,
        words=form.get("words", ""),
        request_key=form.get("form_key", "")[:64] or "form",
        now=clock.now(),
    )


def _do(request: HttpRequest, order_uuid: UUID) -> str:
    """One step of the firm; what was done, in words."""
    actor, now, form = actor_of(request), clock.now(), request.POST
    step = form.get("step", "")
    if step == "accept":
        demand.accept_quote(
            actor=actor,
            order_uuid=order_uuid,
            quote_uuid=_uuid(form.get("quote", "")),
            seen_fen=number_typed(form, "seen_fen", _("报价")),
            now=now,
        )
        return _("已接受报价，账单在下面。请照写附言付款。")
    if step == "withdraw":
        demand.end_order(actor=actor, order_uuid=order_uuid, by_member=True, now=now)
        return _("订单已撤回。")
    if step == "invoice":
        demand.ask_invoice(
            actor=actor,
            order_uuid=order_uuid,
            title=form.get("title", ""),
            tax_number=form.get("tax_number", ""),
            kind=form.get("kind", ""),
            now=now,
        )
        return _("开票申请交上去了，开好会通知您。")
    raise InvalidInput(what=_("没有这一步"))


def _agreements(request: HttpRequest, firm: demand.EnterpriseView) -> list[credit_bank.AgreementTerms]:
    """Under which agreements the reader may hand in the outcomes of this firm's trainees."""
    actor = demand.acting_for_firms(actor_of(request))
    found = credit_bank.access_agreements_to_deposit(actor=actor, now=clock.now())
    givers = institutions.institutions_by_id([each.giver_id for each in found])
    return [each for each in found if givers[each.giver_id].code == firm.credit_code]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as failure:
        raise InvalidInput(what=_("报价已经改过，请刷新页面")) from failure


def _counties(request: HttpRequest) -> list[tuple[int, str]]:
    """The counties of the reader's city, her own first; none for who has no place yet."""
    place = place_of(request)
    if place is None or place.unit.level < CITY:
        return []
    found = [(unit.code, unit.name) for unit in regions.children_of(int(place.unit.ancestor(CITY)))]
    return sorted(found, key=lambda pair: (pair[0] != place.county, pair[0]))
