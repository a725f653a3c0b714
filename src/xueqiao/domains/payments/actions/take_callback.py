import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from xueqiao.domains.payments.actions.collect_payment import collect_payment
from xueqiao.domains.payments.actions.return_excess import return_excess
from xueqiao.domains.payments.models import Bill, CallbackReceipt, Payment
from xueqiao.domains.payments.ports import GatewayMessage, MessageStale, PaymentGateway, SignatureFailed
from xueqiao.domains.payments.queries.bills import gateway_named
from xueqiao.domains.payments.values.bills import (
    APPLIED,
    FORGED,
    LATE,
    MOVING,
    REPEATED,
    RETURNED,
    STALE,
    UNKNOWN_BILL,
    WRONG_AMOUNT,
    WRONG_CURRENCY,
    WRONG_MERCHANT,
    CallbackVerdict,
)
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.locks import set_lock_timeout
from xueqiao.foundation.scope import Scope

REFUSED_KEPT_PER_HOUR = 200  # receipts of messages that failed the signature; more are counted by the web server only


def take_callback(*, gateway: str, headers: Mapping[str, str], body: bytes, now: datetime) -> CallbackVerdict:
    """Judge one message of a gateway, move money if it says so, and keep a receipt whatever became of it.

    Order matters: the signature is checked before anything inside is believed, then the age, then, with the bill
    locked, whether this message or this transaction was seen before, and only then what it says. The bill's row is the
    one lock; the receipt's partial unique key is the last wall against a message that moves money twice.
    header names are lower case. Never raises for a bad message: the verdict says what was wrong.
    """
    till = gateway_named(gateway)
    body_hash = hashlib.sha256(body).digest()
    try:
        message = till.read_callback(headers=headers, body=body, now=now)
    except SignatureFailed:
        _keep_refused(gateway, body_hash, FORGED, now)
        return _answer(till, FORGED, None)
    except MessageStale:
        _keep_refused(gateway, body_hash, STALE, now)
        return _answer(till, STALE, None)
    with transaction.atomic():
        set_lock_timeout()
        payment = Payment.objects.filter(order_code=message.order_code, gateway=gateway).first()
        bill = None
        if payment is not None:
            bill = (
                Bill.objects.within(Scope.everything("a signed message of the gateway names the bill"))
                .select_for_update()
                .get(pk=payment.bill_id)
            )
            payment.refresh_from_db()  # read after the lock: another message may have settled it while we waited
            payment.bill = bill
        verdict = _judge(till, message, payment, now)
        if payment is not None and bill is not None and verdict in MOVING:
            _move(message, payment, verdict, now)
        CallbackReceipt.objects.create(
            gateway=gateway,
            message_id=message.message_id[:64],
            body_hash=body_hash,
            verdict=verdict,
            received_at=now,
            bill=bill,
        )
    return _answer(till, verdict, bill)


def _judge(till: PaymentGateway, message: GatewayMessage, payment: Payment | None, now: datetime) -> str:
    """Say what the message is worth. Needs the bill's row locked when there is a payment."""
    if message.merchant != till.merchant:
        return WRONG_MERCHANT
    if payment is None:
        return UNKNOWN_BILL
    seen = CallbackReceipt.objects.filter(gateway=till.name, message_id=message.message_id, verdict__in=MOVING)
    if seen.exists() or payment.state in {"succeeded", "returned"}:
        return REPEATED
    if message.currency != "CNY":
        return WRONG_CURRENCY
    if message.amount_fen != payment.amount_fen or payment.amount_fen != payment.bill.to_pay_fen:
        return WRONG_AMOUNT
    if message.state != "SUCCESS":
        return APPLIED
    if payment.bill.state in {"paid", "partly_refunded", "refunded"}:
        return RETURNED
    return APPLIED if payment.bill.state == "due" and now <= payment.bill.due_at else LATE


def _move(message: GatewayMessage, payment: Payment, verdict: str, now: datetime) -> None:
    """Do what the message says. Needs the bill's row locked."""
    actor = Actor.system(f"callback:{payment.gateway}")
    if message.state != "SUCCESS":
        payment.state = "failed"
        payment.settled_at = now
        payment.save(update_fields=["state", "settled_at"])
        record_deed(
            actor=actor,
            verb="fail_payment",
            object_kind="bill",
            object_id=payment.bill_id,
            now=now,
            region=payment.bill.region,
            detail={"order": payment.order_code, "gateway_state": message.state[:20]},
        )
    elif verdict == RETURNED:
        return_excess(payment, reference=message.gateway_reference, actor=actor, now=now)
    else:
        collect_payment(payment, reference=message.gateway_reference, is_late=verdict == LATE, actor=actor, now=now)


def _keep_refused(gateway: str, body_hash: bytes, verdict: str, now: datetime) -> None:
    """Keep a receipt of what cannot be believed, at most so many an hour: evidence, not a way to fill disks."""
    recent = CallbackReceipt.objects.filter(verdict=verdict, received_at__gt=now - timedelta(hours=1))
    if recent[:REFUSED_KEPT_PER_HOUR].count() < REFUSED_KEPT_PER_HOUR:
        CallbackReceipt.objects.create(
            gateway=gateway, message_id="", body_hash=body_hash, verdict=verdict, received_at=now
        )


def _answer(till: PaymentGateway, verdict: str, bill: Bill | None) -> CallbackVerdict:
    """A repeated message is answered as received, or the gateway would repeat it for a day."""
    status, content_type, body = till.answer(is_accepted=verdict in (*MOVING, REPEATED), words=verdict)
    if verdict == FORGED:
        status = 401
    return CallbackVerdict(verdict, bill.uuid if bill else None, status, content_type, body)
