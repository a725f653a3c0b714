from datetime import datetime

from xueqiao.domains.payments.events import RefundAsked
from xueqiao.domains.payments.models import Payment, Refund
from xueqiao.domains.payments.rules.bills import CNY, SOURCES, clearing_account
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.ledger.api import Posting, open_unit, post_transfer
from xueqiao.foundation.locks import require_transaction
from xueqiao.foundation.outbox.api import record_event


def return_excess(payment: Payment, *, reference: str, actor: Actor, now: datetime) -> None:
    """Book money of a second payment in and straight out again. Needs the bill's row locked."""
    require_transaction()
    bill = payment.bill
    excess = f"bill:{bill.pk}:excess"
    memo = {"bill": bill.code, "order": payment.order_code}
    open_unit(CNY, "人民币", 2, sources=SOURCES)
    for step, posting in (
        ("in", Posting(clearing_account(payment.gateway), excess, payment.amount_fen)),
        ("out", Posting(excess, clearing_account(payment.gateway), payment.amount_fen)),
    ):
        post_transfer(unit=CNY, postings=[posting], key=f"payments:excess:{step}:{payment.pk}", memo=memo, now=now)
    payment.state = "returned"
    payment.gateway_reference = reference[:64]
    payment.settled_at = now
    payment.save(update_fields=["state", "gateway_reference", "settled_at"])
    refund = Refund.objects.create(
        key=f"excess:{payment.pk}",
        bill=bill,
        payment=payment,
        amount_fen=payment.amount_fen,
        is_excess=True,
        reason="同一张账单付了两次",
        rule="多付的一笔原路全额退回",
        asked_at=now,
    )
    record_event(RefundAsked(refund.pk, bill.pk, bill.region, refund.amount_fen), region=bill.region, now=now)
    record_deed(
        actor=actor,
        verb="return_excess",
        object_kind="bill",
        object_id=bill.pk,
        now=now,
        region=bill.region,
        detail={"order": payment.order_code, "amount_fen": payment.amount_fen},
    )
