"""付款：选方式、演练收银台、网关回传。"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xueqiao.channels.web.enrol.words import is_late, payer_words, price_lines, rows_of, spaced, until_words
from xueqiao.channels.web.gate import EVERYBODY, RESIDENT, actor_of, open_to
from xueqiao.channels.web.pay.handoff import (
    HANDOFF_KEY,
    METHOD_WORDS,
    begin_inside,
    device_of,
    payer_of,
    ways_for,
)
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import InvalidInput, Refused

CALLBACK_BYTES_MAX = 64 * 1024
RETRY_BELOW = {"bill_already_paid", "bill_past_due", "bill_not_due", "gateway_is_down"}  # said on the page itself
CHOICES = (
    ("pay", gettext_lazy("现在付款"), gettext_lazy("一条付款成功的消息")),
    ("pay_twice", gettext_lazy("付款，消息来两次"), gettext_lazy("同一笔交易的消息重复送达，只应入账一次")),
    ("lost", gettext_lazy("付款，消息丢了"), gettext_lazy("什么也不送来；平台应在五分钟内自己查到")),
    ("reordered", gettext_lazy("付款，消息乱序"), gettext_lazy("先来成功，后来一条更早的关闭，不应改变结果")),
    ("late", gettext_lazy("付款，消息来晚"), gettext_lazy("座位保留时间过后一分钟才送达")),
    ("forged", gettext_lazy("伪造的消息"), gettext_lazy("签名不对，应当拒收")),
    ("wrong_amount", gettext_lazy("金额不对的消息"), gettext_lazy("签名对、金额不对，不应入账")),
    ("close", gettext_lazy("关闭这笔付款"), gettext_lazy("网关说没有付成，可以重新付")),
    ("never", gettext_lazy("不付，直接返回"), gettext_lazy("网关什么也不送来")),
    ("down", gettext_lazy("网关断两分钟"), gettext_lazy("这期间发起付款、查询和退款都得不到应答")),
)
VERDICT_WORDS = {
    "applied": gettext_lazy("已受理"),
    "late": gettext_lazy("晚到，已受理"),
    "returned": gettext_lazy("多付的一笔，已原路退回"),
    "repeated": gettext_lazy("重复消息，不再入账"),
    "forged": gettext_lazy("签名不对，拒收"),
    "stale": gettext_lazy("消息太旧，拒收"),
    "wrong_amount": gettext_lazy("金额不对，没有入账"),
    "wrong_currency": gettext_lazy("币种不对，没有入账"),
    "wrong_merchant": gettext_lazy("商户不对，没有入账"),
    "unknown_bill": gettext_lazy("找不到这笔账单，没有入账"),
    "other_order": gettext_lazy("这笔交易属于另一张订单，没有入账"),
    "noted": gettext_lazy("只是告知，没有钱进出"),
}


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def bill(request: HttpRequest, bill_uuid: UUID) -> HttpResponse:
    """付款页: the amount, the ways to pay; or what became of the bill."""
    actor, now = actor_of(request), clock.now()
    owed = payments.access_bill(actor=actor, bill_uuid=bill_uuid)
    if request.method == "POST":
        gateway, _dot, method = request.POST.get("way", "").partition(".")
        try:
            start = payments.start_payment(
                actor=actor, bill_uuid=bill_uuid, gateway=gateway, method=method, now=now, **payer_of(request)
            )
        except Refused as refusal:
            if refusal.code not in RETRY_BELOW:
                raise
            messages.error(request, refusal.message)
            return redirect("pay_bill", bill_uuid=bill_uuid)
        return _hand_off(request, start)
    place = enrolment.access_place_of_bill(actor=actor, bill=owed)
    if place.state == "confirmed":
        return redirect("enrol_done", place_uuid=place.uuid)
    if place.state == "withdrawn":
        return redirect("enrol_withdraw", place_uuid=place.uuid)
    run = classes.get_class_by_id(place.run_id, now=now)
    context = {
        "bill": owed,
        "place": place,
        "run": run,
        "rows": rows_of(name=people.access_person(actor, place.person_id).name, run=run, now=now)[:3],
        "until": until_words(place.hold_until, now),
        "counter_until": until_words(enrolment.counter_hold_until(place=place, now=now), now),
        "ways": ways_for(request),
        "number": spaced(place.code),
        "price_lines": price_lines(enrolment.quote_for(place=place, now=now)),
        "payer_words": payer_words(owed.shares),
        "steps": [_("给谁报名"), _("核对"), _("付款"), _("报好了")],
        "institution": run.card.institution_name,
        "institution_phone": run.institution_phone,
        "address": run.venue_address,
    }
    if owed.has_been_paid:
        context["refunds"] = payments.refunds_of(owed.id)
        return render(request, "pay/paid.html", context)
    if is_late(place, now) or owed.state != "due":
        return render(request, "pay/past_due.html", context, status=409)
    if place.pays_at_counter:
        return render(request, "pay/at_counter.html", context)
    return render(request, "pay/bill.html", context)


@open_to(RESIDENT)
@require_POST
def counter(request: HttpRequest, bill_uuid: UUID) -> HttpResponse:
    """到中心交: the seat is kept 48 hours, the number is what one says at the desk."""
    actor, now = actor_of(request), clock.now()
    owed = payments.access_bill(actor=actor, bill_uuid=bill_uuid)
    place = enrolment.access_place_of_bill(actor=actor, bill=owed)
    enrolment.keep_for_counter(actor=actor, place_uuid=place.uuid, now=now)
    return redirect("pay_bill", bill_uuid=bill_uuid)


@open_to(RESIDENT)
@require_POST
def link(request: HttpRequest, bill_uuid: UUID) -> HttpResponse:
    """家人代付: make the link and show it once, to copy or scan."""
    actor, now = actor_of(request), clock.now()
    owed = payments.access_bill(actor=actor, bill_uuid=bill_uuid)
    token = payments.make_pay_link(actor=actor, bill_uuid=bill_uuid, now=now)
    return render(
        request,
        "pay/link.html",
        {
            "bill": owed,
            "link": request.build_absolute_uri(reverse("pay_by_link", args=[token])),
            "until": until_words(owed.due_at, now),
        },
    )


@open_to(EVERYBODY)
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """What a relative sees: class, masked name, amount, and the ways to pay. No sign-in."""
    actor, now = actor_of(request), clock.now()
    seen = payments.bill_by_link(token=token, now=now)
    if request.method == "POST":
        gateway, _dot, method = request.POST.get("way", "").partition(".")
        try:
            start = payments.start_payment(
                actor=actor,
                bill_uuid=seen.bill_uuid,
                gateway=gateway,
                method=method,
                now=now,
                link_token=token,
                **payer_of(request),
            )
        except Refused as refusal:
            if refusal.code not in RETRY_BELOW:
                raise
            messages.error(request, refusal.message)
            return redirect("pay_by_link", token=token)
        return _hand_off(request, start)
    return render(
        request, "pay/by_link.html", {"seen": seen, "ways": ways_for(request), "until": until_words(seen.due_at, now)}
    )


@open_to(EVERYBODY)
@require_safe
def go(request: HttpRequest, payment_uuid: UUID) -> HttpResponse:
    """去付款: names the company one is going to, with the button or the code; the way there is kept in the session.

    A page between, because a form may only lead to this site itself, and because an elder should read who asks for
    money next.
    """
    payment = payments.get_payment(payment_uuid)
    kept = request.session.get(HANDOFF_KEY, {})
    if kept.get("payment") != str(payment_uuid) or payment.state != "started":
        return redirect("pay_result", payment_uuid=payment_uuid)
    return render(
        request,
        "pay/go.html",
        {
            "payment": payment,
            "name": METHOD_WORDS.get(payment.method, payment.method),
            "address": kept["address"],
            "host": urlsplit(kept["address"]).hostname or "",
            "is_code": kept["kind"] == "code",
            "is_inside_wechat": device_of(request.headers.get("User-Agent", "")) == "wechat",
        },
    )


@open_to(EVERYBODY)
@require_http_methods(["GET", "HEAD", "POST"])
def cashier(request: HttpRequest, payment_uuid: UUID) -> HttpResponse:
    """演练收银台: the tester chooses what the gateway sends; the messages go the public callback's way."""
    now = clock.now()
    payment = payments.get_payment(payment_uuid)
    if not payments.gateway_named(payment.gateway).is_rehearsal:
        raise payments.UnknownGateway
    if request.method == "POST":
        choice = request.POST.get("choice", "")
        if choice not in {name for name, _title, _hint in CHOICES}:
            raise InvalidInput(what=_("没有这个选项"))
        sent = payments.rehearse_callback(payment_uuid=payment_uuid, choice=choice, now=now)
        for number, message in enumerate(sent, 1):
            answer = answer_callback(payment.gateway, message.headers, message.body)
            verdict = answer.headers.get("X-Verdict", "")
            messages.info(
                request,
                _("演练：第 {number} 条消息，{words}。").format(
                    number=number, words=VERDICT_WORDS.get(verdict, verdict)
                ),
            )
        if choice == "late":
            messages.info(request, _("演练：付款消息会在座位保留时间过后一分钟送到。"))
        return redirect("pay_result", payment_uuid=payment_uuid)
    return render(
        request,
        "pay/cashier.html",
        {
            "payment": payment,
            "choices": [{"value": v, "label": label, "hint": hint} for v, label, hint in CHOICES],
            "method": METHOD_WORDS.get(payment.method, payment.method),
        },
    )


@open_to(EVERYBODY)
@require_safe
def result(request: HttpRequest, payment_uuid: UUID) -> HttpResponse:
    """Where gateways send payers back to: the bill for those who may see it, a plain word for a relative.

    Payers are often faster than the gateway's message. Until it is there nobody is shown a bill to pay once more.
    """
    payment = payments.get_payment(payment_uuid)
    kept = request.session.get(HANDOFF_KEY, {})
    origin = kept.get("origin", "") if kept.get("payment") == str(payment_uuid) else ""
    try:
        owed = payments.access_bill(actor=actor_of(request), bill_uuid=payment.bill_uuid)
    except Refused:
        return render(request, "pay/result.html", {"payment": payment, "origin": origin})
    address = reverse("pay_bill", args=[payment.bill_uuid])
    if payment.state == "started" and owed.state == "due" and owed.due_at > clock.now():
        return render(request, "pay/result.html", {"payment": payment, "origin": origin or address})
    return redirect(address)


@csrf_exempt
@open_to(EVERYBODY)
@require_POST
def callback(request: HttpRequest, gateway: str) -> HttpResponse:
    """The public address gateways call. The signature is the permission; size first, then the raw body."""
    length = request.headers.get("Content-Length", "")
    if not length.isdigit() or int(length) > CALLBACK_BYTES_MAX:
        return HttpResponse(status=413 if length.isdigit() else 411)
    try:
        body = request.body
    except RawPostDataException:
        return HttpResponse(status=400)
    return answer_callback(gateway, request.headers, body)


def answer_callback(gateway: str, headers: Mapping[str, str], body: bytes) -> HttpResponse:
    """Judge one message and answer as its gateway understands; the rehearsal cashier uses this very path."""
    verdict = payments.take_callback(
        gateway=gateway,
        headers={name.lower(): value for name, value in headers.items()},
        body=body,
        now=clock.now(),
    )
    return HttpResponse(
        verdict.body, status=verdict.status, content_type=verdict.content_type, headers={"X-Verdict": verdict.verdict}
    )


def _hand_off(request: HttpRequest, start: payments.PaymentStart) -> HttpResponse:
    """A path of our own at once; the way to a gateway through a page that names it."""
    kept: dict[str, Any] = {
        "payment": str(start.payment_uuid),
        "kind": start.kind,
        "address": start.url,
        "origin": request.path,
    }
    if start.kind == "inside":
        kept |= begin_inside(start.payment_uuid)
    request.session[HANDOFF_KEY] = kept
    if kept["address"].startswith("/"):
        return redirect(kept["address"])
    return redirect("pay_go", payment_uuid=start.payment_uuid)
