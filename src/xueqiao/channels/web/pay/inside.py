"""在微信里付款: the way back from WeChat, which says who pays, and the page that opens WeChat's own till."""

import json
import time
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_safe

from xueqiao.channels.web.gate import EVERYBODY, open_to
from xueqiao.channels.web.pay.handoff import HANDOFF_KEY, METHOD_WORDS
from xueqiao.domains.payments import api as payments
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import Refused

STATE_SECONDS_MAX = 600
LINKS = "/pay/by/"  # where relatives come from
PAYER_CHOICES = (
    ("agreed", gettext_lazy("微信说出是谁在付"), gettext_lazy("真的微信不问，直接回来")),
    ("spent", gettext_lazy("授权码已经用过"), gettext_lazy("微信不认这个码，平台应请您再按一次")),
    ("silent", gettext_lazy("微信没有应答"), gettext_lazy("平台应说明没有扣钱，座位还留着")),
    ("", gettext_lazy("没有带回授权码"), gettext_lazy("有人在微信里按了返回")),
)


@open_to(EVERYBODY)
@require_GET
def back(request: HttpRequest, payment_uuid: UUID) -> HttpResponse:
    """Back from WeChat with a code. Only the browser that was sent comes through, once; the code is asked about once.

    A stranger's link with a state of his own is refused and touches nothing of this session. WeChat now and then calls
    this address twice: the second time is led to the page of the first.
    """
    kept = request.session.get(HANDOFF_KEY, {})
    state = request.GET.get("state", "")
    if not _is_ours(kept, payment_uuid, state):
        raise payments.PayerNotKnown
    if _is_spent(kept):
        return redirect("pay_inside")
    # Written down before anybody is asked, so that a second call does not ask again.
    request.session[HANDOFF_KEY] = kept | {"spent": True}
    request.session.save()
    try:
        if _is_old(kept):
            raise payments.PayerNotKnown
        start = payments.start_inside(payment_uuid=payment_uuid, code=request.GET.get("code", ""), now=clock.now())
    except Refused as refusal:
        # The next press begins a new order: another person's order cannot be taken over at WeChat.
        del request.session[HANDOFF_KEY]
        messages.error(request, refusal.message)
        return redirect(kept["origin"])
    request.session[HANDOFF_KEY] = kept | {
        "spent": True,
        "parameters": start.parameters,
        "is_rehearsal": start.is_rehearsal,
    }
    return redirect("pay_inside")


@open_to(EVERYBODY)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The amount, and WeChat's till above it by a script; without one: a code, the family, the counter.

    What is paid here is what this session has begun: the address names nothing.
    """
    kept = request.session.get(HANDOFF_KEY, {})
    if kept.get("kind") != "inside":
        return redirect("public_home")
    payment = payments.get_payment(UUID(kept["payment"]))
    if payment.state != "started":
        return redirect("pay_result", payment_uuid=payment.uuid)
    parameters = kept.get("parameters")
    return render(
        request,
        "pay/inside.html",
        {
            "payment": payment,
            "parameters": json.dumps(parameters) if parameters else "",
            "is_rehearsal": kept.get("is_rehearsal", False),
            "origin": kept["origin"],
            "is_by_link": kept["origin"].startswith(LINKS),
            "code_way": f"{payment.gateway}.{payment.method}",
        },
    )


@open_to(EVERYBODY)
@require_safe
def rehearsal_payer(request: HttpRequest, payment_uuid: UUID) -> HttpResponse:
    """演练: stands for WeChat where it says who pays; the tester chooses what comes back."""
    payment = payments.get_payment(payment_uuid)
    if not payments.gateway_named(payment.gateway).is_rehearsal:
        raise payments.UnknownGateway
    address = reverse("pay_inside_back", args=[payment_uuid])
    state = request.GET.get("state", "")
    choices = [
        {
            "value": code or "none",
            "label": label,
            "hint": hint,
            "address": f"{address}?{urlencode({'code': code, 'state': state} if code else {'state': state})}",
        }
        for code, label, hint in PAYER_CHOICES
    ]
    method = METHOD_WORDS.get(payment.method, payment.method)
    return render(request, "pay/payer.html", {"payment": payment, "choices": choices, "method": method})


def _is_spent(kept: dict[str, Any]) -> bool:
    return bool(kept.get("spent"))


def _is_old(kept: dict[str, Any]) -> bool:
    return bool(time.time() - kept["asked"] > STATE_SECONDS_MAX)


def _is_ours(kept: dict[str, Any], payment_uuid: UUID, state: str) -> bool:
    """True when this session sent its browser away for this attempt with this state."""
    if kept.get("payment") != str(payment_uuid) or kept.get("kind") != "inside":
        return False
    return bool(state) and constant_time_compare(state, kept["state"])
