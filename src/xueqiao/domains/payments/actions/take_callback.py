import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from xueqiao.domains.payments.actions.settle_payment import settle_payment
from xueqiao.domains.payments.models import Bill, CallbackReceipt
from xueqiao.domains.payments.ports import MessageStale, PaymentGateway, SignatureFailed
from xueqiao.domains.payments.queries.bills import gateway_named
from xueqiao.domains.payments.values.bills import FORGED, MOVING, NOTED, REPEATED, STALE, CallbackVerdict

REFUSED_KEPT_PER_HOUR = 200  # receipts of messages that failed the signature; more are counted by the web server only


def take_callback(*, gateway: str, headers: Mapping[str, str], body: bytes, now: datetime) -> CallbackVerdict:
    """Judge one message of a gateway, move money if it says so, and keep a receipt whatever became of it.

    Order matters: the signature is checked before anything inside is believed, then the age, then, with the bill
    locked, whether this message or this transaction was seen before, and only then what it says (`settle_payment`).
    Header names are lower case. Never raises for a bad message: the verdict says what was wrong.
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
    verdict, bill = settle_payment(till=till, message=message, body_hash=body_hash, source="callback", now=now)
    return _answer(till, verdict, bill)


def _keep_refused(gateway: str, body_hash: bytes, verdict: str, now: datetime) -> None:
    """Keep a receipt of what cannot be believed, at most so many an hour: evidence, not a way to fill disks."""
    recent = CallbackReceipt.objects.filter(verdict=verdict, received_at__gt=now - timedelta(hours=1))
    if recent[:REFUSED_KEPT_PER_HOUR].count() < REFUSED_KEPT_PER_HOUR:
        CallbackReceipt.objects.create(
            gateway=gateway, message_id="", body_hash=body_hash, verdict=verdict, received_at=now
        )


def _answer(till: PaymentGateway, verdict: str, bill: Bill | None) -> CallbackVerdict:
    """A repeated message is answered as received, or the gateway would repeat it for a day."""
    status, content_type, body = till.answer(is_accepted=verdict in (*MOVING, REPEATED, NOTED), words=verdict)
    if verdict == FORGED:
        status = 401
    return CallbackVerdict(verdict, bill.uuid if bill else None, status, content_type, body)
