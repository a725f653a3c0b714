import hashlib
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.payments.errors.bills import (
    BillAlreadyPaid,
    BillNotDue,
    BillNotFound,
    BillPastDue,
    GatewayIsDown,
    UnknownGateway,
)
from xueqiao.domains.payments.models import Bill, Payment
from xueqiao.domains.payments.ports import GatewayUnreachable, PaymentOrder
from xueqiao.domains.payments.queries.bills import gateway_named, may_see_bill, pays_inside
from xueqiao.domains.payments.rules.bills import INSIDE, order_device
from xueqiao.domains.payments.rules.polling import next_ask
from xueqiao.domains.payments.values.bills import PaymentStart
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.locks import set_lock_timeout
from xueqiao.foundation.scope import Scope

INSIDE_OPEN_MAX = 10  # open orders of one bill inside WeChat; whoever comes after them is shown a code


def start_payment(
    *,
    actor: Actor,
    bill_uuid: UUID,
    gateway: str,
    now: datetime,
    method: str = "wechat",
    link_token: str | None = None,
    device: str = "desktop",
    address: str = "",
    attempt: UUID | None = None,
) -> PaymentStart:
    """Begin one attempt to pay a bill; return where the payer goes. Locks the bill's row.

    The actor may see the bill, or carries the token of its pay link (a relative need not have an account). An attempt
    still open at the same gateway by the same method from the same kind of device is taken up again, so a double press
    never makes two orders; inside WeChat only `attempt`, the one this browser started, because an order there is one
    payer's. device: desktop, phone or wechat; address: the payer's network address, which is not kept.
    Raises BillNotFound, BillAlreadyPaid, BillPastDue, BillNotDue, UnknownGateway, or GatewayIsDown: then the bill and
    the seat stay as they were, and the next press takes the attempt up again.
    """
    till = gateway_named(gateway)
    if method not in till.methods:
        raise UnknownGateway
    with transaction.atomic():
        set_lock_timeout()
        bill = (
            Bill.objects.within(Scope.everything("permission is checked on the row below"))
            .select_for_update()
            .filter(uuid=bill_uuid)
            .first()
        )
        if bill is None or not (may_see_bill(actor, bill) or _opens_with(bill, link_token)):
            raise BillNotFound
        require_payable(bill, now)
        begun = bill.payments.filter(gateway=gateway, method=method, state="started")
        device = order_device(device, method=method, can_pay_inside=pays_inside(till))
        inside = begun.filter(device=INSIDE)
        payment = inside.filter(uuid=attempt).first() if device == INSIDE else begun.filter(device=device).first()
        if payment is None and device == INSIDE and inside.count() >= INSIDE_OPEN_MAX:
            device = order_device(device, method=method, can_pay_inside=False)
            payment = begun.filter(device=device).first()
        if payment is None:
            payment = Payment.objects.create(
                bill=bill,
                order_code=f"{bill.code}-{bill.payments.count() + 1}",
                gateway=gateway,
                method=method,
                device=device,
                amount_fen=bill.to_pay_fen,
                started_at=now,
                next_ask_at=next_ask(started_at=now, asks=0, now=now),
            )
            payment.refresh_from_db(fields=["uuid"])
            record_deed(
                actor=actor,
                verb="start_payment",
                object_kind="bill",
                object_id=bill.pk,
                now=now,
                region=bill.region,
                detail={"order": payment.order_code, "gateway": gateway, "by_link": bool(link_token)},
            )
        order = replace(order_of(payment, bill), payer_address=address)
    if device == INSIDE:
        return PaymentStart(payment.uuid, "", "inside")
    # Outside the transaction: a gateway may take seconds, and no row may wait for it.
    try:
        handoff = till.start(order, now=now)
    except GatewayUnreachable as failure:
        raise GatewayIsDown from failure
    return PaymentStart(payment.uuid, handoff.address, handoff.kind)


def order_of(payment: Payment, bill: Bill) -> PaymentOrder:
    """What the gateway is told of one attempt."""
    return PaymentOrder(
        payment_uuid=payment.uuid,
        order_code=payment.order_code,
        subject=bill.subject,
        amount_fen=payment.amount_fen,
        method=payment.method,
        expires_at=bill.due_at,
        device=payment.device,
    )


def require_payable(bill: Bill, now: datetime) -> None:
    """Raise unless the bill is due and its time has not passed."""
    if bill.state in {"paid", "partly_refunded", "refunded"}:
        raise BillAlreadyPaid
    if bill.state == "expired" or (bill.state == "due" and bill.due_at <= now):
        raise BillPastDue
    if bill.state != "due":
        raise BillNotDue(state_words="已取消")


def _opens_with(bill: Bill, token: str | None) -> bool:
    return (
        token is not None
        and bill.pay_link_hash is not None
        and hashlib.sha256(token.encode()).digest() == bytes(bill.pay_link_hash)
    )
