from datetime import datetime

from django.db import transaction

from xueqiao.domains.payments.actions._vouchers import can_spend_again
from xueqiao.domains.payments.actions.collect_payment import collect_payment
from xueqiao.domains.payments.actions.return_excess import return_excess
from xueqiao.domains.payments.models import Bill, CallbackReceipt, Payment
from xueqiao.domains.payments.ports import GatewayMessage, PaymentGateway
from xueqiao.domains.payments.values.bills import (
    APPLIED,
    LATE,
    MOVING,
    NOTED,
    OTHER_ORDER,
    REPEATED,
    RETURNED,
    UNKNOWN_BILL,
    WRONG_AMOUNT,
    WRONG_CURRENCY,
    WRONG_MERCHANT,
)
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.locks import set_lock_timeout
from xueqiao.foundation.scope import Scope

OVER = {"CLOSED", "REVOKED", "PAYERROR"}


def settle_payment(
    *, till: PaymentGateway, message: GatewayMessage, body_hash: bytes, source: str, now: datetime
) -> tuple[str, Bill | None]:
    """Judge one verified message of a gateway, or its answer to our question, and move money if it says so.

    The bill's row is the one lock; the receipt's partial unique key is the last wall against a message that moves
    money twice. source: callback or query, for the audit. Keeps a receipt whatever became of it.
    """
    with transaction.atomic():
        set_lock_timeout()
        payment = Payment.objects.filter(order_code=message.order_code, gateway=till.name).first()
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
            _move(message, payment, verdict, source, now)
        CallbackReceipt.objects.create(
            gateway=till.name,
            message_id=message.message_id[:64],
            body_hash=body_hash,
            verdict=verdict,
            received_at=now,
            bill=bill,
        )
    return verdict, bill


def _judge(till: PaymentGateway, message: GatewayMessage, payment: Payment | None, now: datetime) -> str:
    """Say what the message is worth. Needs the bill's row locked when there is a payment."""
    if message.merchant != till.merchant:
        return WRONG_MERCHANT
    if payment is None:
        return UNKNOWN_BILL
    if message.state != "SUCCESS" and message.state not in OVER:
        return NOTED
    if message.currency != "CNY":
        return WRONG_CURRENCY
    if message.amount_fen != payment.amount_fen or payment.amount_fen != payment.bill.to_pay_fen:
        return WRONG_AMOUNT
    seen = CallbackReceipt.objects.filter(gateway=till.name, message_id=message.message_id, verdict__in=MOVING)
    if seen.exclude(bill_id=payment.bill_id).exists() or _is_anothers(message, payment):
        return OTHER_ORDER
    if seen.exists() or payment.state in {"succeeded", "returned"}:
        return REPEATED
    if message.state != "SUCCESS":
        return APPLIED
    if payment.bill.state in {"paid", "partly_refunded", "refunded"}:
        return RETURNED
    if payment.bill.state != "due" and not can_spend_again(payment.bill):
        return RETURNED  # a voucher that carried part of it is used up: the learner's money goes straight back
    return APPLIED if payment.bill.state == "due" and now <= payment.bill.due_at else LATE


def _is_anothers(message: GatewayMessage, payment: Payment) -> bool:
    """True when the transaction was already counted for another order: a gateway's slip that must not pay twice."""
    if not message.gateway_reference:
        return False
    others = Payment.objects.filter(gateway=payment.gateway, gateway_reference=message.gateway_reference)
    return others.exclude(pk=payment.pk).exists()


def _move(message: GatewayMessage, payment: Payment, verdict: str, source: str, now: datetime) -> None:
    """Do what the message says. Needs the bill's row locked."""
    actor = Actor.system(f"{source}:{payment.gateway}")
    payment.next_ask_at = None
    payment.save(update_fields=["next_ask_at"])
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
