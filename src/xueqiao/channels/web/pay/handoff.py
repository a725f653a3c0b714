"""去付款的路：which ways to pay this browser is offered, and what the session keeps of the way to the company."""

import secrets
import time
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xueqiao.channels.web.guards import client_address
from xueqiao.domains.payments import api as payments

METHOD_WORDS = {"wechat": gettext_lazy("微信"), "alipay": gettext_lazy("支付宝")}
HANDOFF_KEY = "pay_handoff"  # in the session: how to get to the gateway for the attempt just started
ELSEWHERE = ("wxwork", "miniProgram")  # say MicroMessenger too, but WeChat does not take JSAPI orders of a site there


def device_of(agent: str) -> str:
    """wechat (the browser inside WeChat), phone or desktop, by what the browser says of itself.

    Nothing is trusted to it: whoever lies is offered a way to pay that does not open.
    """
    if "MicroMessenger" in agent:
        return "desktop" if any(word in agent for word in ELSEWHERE) else "wechat"
    return "phone" if "Mobi" in agent else "desktop"


def payer_of(request: HttpRequest) -> dict[str, Any]:
    """What `start_payment` wants to know of the payer's side. The network address is not kept.

    A browser inside WeChat may ask for the code instead, for somebody else's telephone.
    """
    kept = request.session.get(HANDOFF_KEY, {})
    device = "desktop" if request.POST.get("show") == "code" else device_of(request.headers.get("User-Agent", ""))
    return {
        "device": device,
        "address": client_address(request).partition("/")[0],
        "attempt": UUID(kept["payment"]) if "payment" in kept else None,
    }


def begin_inside(payment_uuid: UUID) -> dict[str, Any]:
    """What the session keeps while the browser is on its trip to the company that says who pays.

    The state is 128 bits of chance, kept only in this session and beside this attempt: no other session, bill or page
    can bring it.
    """
    state = secrets.token_hex(16)
    address = payments.authorise_address(
        payment_uuid=payment_uuid, back=reverse("pay_inside_back", args=[payment_uuid]), state=state
    )
    return {"kind": "inside", "address": address, "state": state, "asked": int(time.time())}


def ways_for(request: HttpRequest) -> list[dict[str, object]]:
    """The buttons of the pay page. WeChat does not open Alipay's pages, so inside it they are left out."""
    is_inside = device_of(request.headers.get("User-Agent", "")) == "wechat"
    ways: list[dict[str, object]] = []
    for gateway in payments.open_gateways():
        for method in gateway.methods:
            if is_inside and method == "alipay" and not gateway.is_rehearsal:
                continue
            name = METHOD_WORDS.get(method, method)
            label = _("{name}支付（演练）") if gateway.is_rehearsal else _("{name}支付")
            ways.append(
                {
                    "value": f"{gateway.name}.{method}",
                    "label": label.format(name=name),
                    "is_rehearsal": gateway.is_rehearsal,
                }
            )
    return ways
