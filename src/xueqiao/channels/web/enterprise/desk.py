"""企业订单: who waits to be verified, orders by what they wait for, one order with all that can be done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xueqiao.channels.web.enterprise.learners import list_context
from xueqiao.channels.web.enterprise.portal import order_context, order_row
from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.channels.web.payroll.forms import fen_typed
from xueqiao.channels.web.steps import say_why_not
from xueqiao.domains.classes import api as classes
from xueqiao.domains.demand import api as demand
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import InvalidInput, Refused

DESK = STAFF(*demand.DESK_ROLES)
_READ_ON = {
    "invalid_input",
    "bad_order",
    "order_not_in_this_state",
    "run_does_not_fit",
    "unknown_class",
    "list_unfit",
    "enterprise_refund_too_much",
    "invoice_not_found",
    "nothing_to_invoice",
}


@open_to(DESK)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits: licences to look at, orders to quote, classes to open; then all orders."""
    actor, today = actor_of(request), clock.local_date(clock.now())
    orders = demand.access_orders(actor=actor, on=today)
    waiting = {"asked", "accepted"}
    is_officer = actor.has_role(*demand.FINANCE_ROLES)
    context = {
        "applied": demand.access_enterprises(actor=actor, state="applied"),
        "waiting": [order_row(each) for each in orders if each.state in waiting],
        "others": [order_row(each) for each in orders if each.state not in waiting],
        "is_officer": is_officer,
        "lines_waiting": len(demand.access_bank_lines(actor=actor, state="waiting")) if is_officer else 0,
        "refunds": demand.access_refunds_asked(actor=actor) if is_officer else [],
    }
    return render(request, "enterprise/desk.html", context)


@open_to(DESK)
@require_POST
def answer(request: HttpRequest, enterprise_uuid: UUID) -> HttpResponse:
    """The licence was compared: verified, or not, with a reason."""
    try:
        done = demand.answer_enterprise(
            actor=actor_of(request),
            enterprise_uuid=enterprise_uuid,
            is_verified=request.POST.get("answer") == "verify",
            reason=request.POST.get("reason", ""),
            now=clock.now(),
        )
    except Refused as refused:
        if refused.code not in _READ_ON:
            raise
        say_why_not(request, refused)
    else:
        verified = _("{name} 已核验，可以下单了。").format(name=done.name)
        messages.success(request, verified if done.state == "verified" else _("已答复，企业看得到原因。"))
    return redirect("demand_desk")


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, order_uuid: UUID) -> HttpResponse:
    """One order: quote it, refuse it, give it its class, ask for a refund, write down the invoice's number."""
    actor, now = actor_of(request), clock.now()
    if request.method == "POST":
        try:
            messages.success(request, _do(request, order_uuid))
        except Refused as refused:
            if refused.code not in _READ_ON:
                raise
            say_why_not(request, refused)
        return redirect("demand_order", order_uuid=order_uuid)
    shown = demand.access_order(actor=actor, order_uuid=order_uuid, on=clock.local_date(now))
    runs = classes.runs_of(shown.institution_id, now=now) if shown.state == "accepted" else []
    context = {
        **order_context(shown),
        **list_context(request, shown),
        "runs": [card for card in runs if card.course_code == shown.course_code and not card.price_fen],
        "may_quote": shown.state in {"asked", "quoted"},
        "may_refund": shown.returnable_fen > 0 and not any(r.state == "asked" for r in shown.refunds),
        "is_officer": actor.has_role(*demand.FINANCE_ROLES),
    }
    return render(request, "enterprise/desk_order.html", context)


def _do(request: HttpRequest, order_uuid: UUID) -> str:
    """One step of the desk; what was done, in words."""
    actor, now, form = actor_of(request), clock.now(), request.POST
    step = form.get("step", "")
    named: dict[str, Any] = {"actor": actor, "order_uuid": order_uuid, "now": now}
    if step == "quote":
        demand.quote_order(**named)
        return _("报价已发出，企业会收到通知。")
    if step == "refuse":
        demand.end_order(**named, by_member=False, reason=form.get("reason", ""))
        return _("已答复，企业看得到原因。")
    if step == "open":
        demand.open_order_class(**named, run_code=form.get("run", ""))
        return _("班已安排给这张订单。")
    if step == "refund":
        demand.ask_refund(
            **named, amount_fen=fen_typed(form, "amount_yuan", _("退款金额")), reason=form.get("reason", "")
        )
        return _("退款申请已记下，请另一位同事核对后汇出。")
    if step == "invoice":
        demand.issue_invoice(**named, number=form.get("number", ""))
        return _("发票号码已记下，企业会收到通知。")
    raise InvalidInput(what=_("没有这一步"))
