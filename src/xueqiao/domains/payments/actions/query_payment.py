import hashlib
from datetime import datetime

from django.db import transaction
from django.db.models import F

from xueqiao.domains.payments.actions.settle_payment import settle_payment
from xueqiao.domains.payments.actions.start_payment import order_of
from xueqiao.domains.payments.models import Bill, Payment
from xueqiao.domains.payments.ports import GatewayMessage, GatewayUnreachable, PaymentGateway, PaymentOrder
from xueqiao.domains.payments.queries.bills import gateway_named
from xueqiao.domains.payments.rules.polling import next_ask
from xueqiao.foundation.scope import Scope


def query_payment(*, payment_id: int, now: datetime) -> str:
    """Ask the gateway what became of a started payment, and settle it. For messages that were lost on the way.

    No row is locked while the gateway is asked. When the bill can no longer be paid and the gateway has seen no money,
    the order is closed there first and only then counted as failed, so that nobody pays a dead order; it is asked once
    more after the closing, because the payer may have been faster. Returns the verdict; "" when nothing is decided;
    "down" when the gateway did not answer (asked again soon).
    """
    payment = Payment.objects.get(pk=payment_id)
    if payment.state != "started":
        Payment.objects.filter(pk=payment_id).update(next_ask_at=None)
        return ""
    bill = Bill.objects.within(Scope.everything("the platform asks about its own payments")).get(pk=payment.bill_id)
    till, order = gateway_named(payment.gateway), order_of(payment, bill)
    _plan_next(payment, now)
    try:
        message = till.query(order, now=now)
        if message is None and (bill.state != "due" or bill.due_at <= now):
            message = _close(till, order, now)
    except GatewayUnreachable:
        return "down"
    if message is None:
        return ""
    body_hash = hashlib.sha256(repr(message).encode()).digest()
    verdict, _ = settle_payment(till=till, message=message, body_hash=body_hash, source="query", now=now)
    return verdict


def _plan_next(payment: Payment, now: datetime) -> None:
    """Before asking: a process that dies while it waits for the gateway has not forgotten the payment."""
    with transaction.atomic():
        Payment.objects.filter(pk=payment.pk, state="started").update(
            asks=F("asks") + 1, next_ask_at=next_ask(started_at=payment.started_at, asks=payment.asks + 1, now=now)
        )


def _close(till: PaymentGateway, order: PaymentOrder, now: datetime) -> GatewayMessage | None:
    till.close(order, now=now)
    return till.query(order, now=now) or GatewayMessage(
        message_id=f"query:{order.order_code}:CLOSED",
        order_code=order.order_code,
        gateway_reference="",
        merchant=till.merchant,
        currency="CNY",
        amount_fen=order.amount_fen,
        state="CLOSED",
    )
