from datetime import datetime

from django.db import transaction

from xueqiao.domains.payments.events import RefundDone
from xueqiao.domains.payments.models import Refund
from xueqiao.domains.payments.ports import GatewayUnreachable, RefundOrder
from xueqiao.domains.payments.queries.bills import gateway_named
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event


def send_refund(*, refund_id: int, now: datetime) -> bool:
    """Ask the payment's own gateway to give the money back; return True when it is done, False to ask again later.

    Safe to repeat: the gateway knows the refund by its uuid, and only one caller moves asked -> done. No row is locked
    while the gateway is asked.
    """
    refund = Refund.objects.select_related("bill", "payment").get(pk=refund_id)
    if refund.state == "done":
        return True
    order = RefundOrder(
        refund_uuid=refund.uuid,
        order_code=refund.payment.order_code,
        gateway_reference=refund.payment.gateway_reference,
        amount_fen=refund.amount_fen,
        total_fen=refund.payment.amount_fen,
        reason=refund.reason,
    )
    try:
        answer = gateway_named(refund.payment.gateway).send_refund(order, now=now)
    except GatewayUnreachable:
        return False
    if not answer.is_done:
        return False
    mark_done(refund, actor=Actor.system("send_refund"), reference=answer.reference, now=now)
    return True


def mark_done(refund: Refund, *, actor: Actor, reference: str, now: datetime) -> bool:
    """Move asked -> done once, with its event and deed; False, and nothing changed, for a second caller."""
    with transaction.atomic():
        moved = Refund.objects.filter(pk=refund.pk, state="asked").update(
            state="done", done_at=now, gateway_reference=reference[:64]
        )
        if not moved:
            return False
        bill = refund.bill
        record_event(RefundDone(refund.pk, bill.pk, bill.region, refund.amount_fen), region=bill.region, now=now)
        record_deed(
            actor=actor,
            verb="finish_refund",
            object_kind="bill",
            object_id=bill.pk,
            now=now,
            region=bill.region,
            detail={"amount_fen": refund.amount_fen, "reference": reference[:64]},
        )
        return True
