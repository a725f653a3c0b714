"""How collected money enters the books; shared by callbacks and the counter. Every function needs the bill locked.

Accounts of unit CNY: `gateway:<name>:clearing` is what a gateway owes us (a source, may go below zero), `payer:<kind>`
what a subsidising payer owes, `bill:<id>:held` what waits for the class to be delivered, `bill:<id>:excess` what was
paid a second time and is on its way back.
"""

from datetime import datetime

from xueqiao.domains.payments.events import BillPaid, RefundAsked
from xueqiao.domains.payments.models import Payment, Refund
from xueqiao.domains.payments.values import LEARNER
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.ledger.api import Posting, post_transfer
from xueqiao.foundation.locks import require_transaction
from xueqiao.foundation.outbox.api import record_event

UNIT = "CNY"


def collect(payment: Payment, *, reference: str, is_late: bool, actor: Actor, now: datetime) -> None:
    """Book the learner's payment and the other payers' shares as held for the bill. Needs the bill's row locked."""
    require_transaction()
    bill = payment.bill
    held = f"bill:{bill.pk}:held"
    postings = [
        Posting(clearing_of(payment) if share.payer_kind == LEARNER else payer_account(payment, share.payer_kind),
                held, share.amount_fen)
        for share in bill.shares.order_by("pk")
        if share.amount_fen
    ]
    post_transfer(
        unit=UNIT,
        postings=postings,
        key=f"payments:collect:{payment.pk}",
        memo={"bill": bill.code, "order": payment.order_code, "late": is_late},
        now=now,
    )
    payment.state = "succeeded"
    payment.gateway_reference = reference[:64]
    payment.settled_at = now
    payment.save(update_fields=["state", "gateway_reference", "settled_at"])
    bill.state = "paid"
    bill.paid_fen = bill.to_pay_fen
    bill.paid_at = now
    bill.save(update_fields=["state", "paid_fen", "paid_at"])
    record_event(
        BillPaid(bill.pk, bill.purpose, bill.purpose_id, bill.region, bill.paid_fen, is_late),
        region=bill.region,
        now=now,
    )
    record_deed(
        actor=actor,
        verb="collect_payment",
        object_kind="bill",
        object_id=bill.pk,
        now=now,
        region=bill.region,
        detail={"order": payment.order_code, "amount_fen": bill.paid_fen, "late": is_late, "gateway": payment.gateway},
    )


def return_excess(payment: Payment, *, reference: str, actor: Actor, now: datetime) -> None:
    """Book money of a second payment in and straight out again. Needs the bill's row locked."""
    require_transaction()
    bill = payment.bill
    excess = f"bill:{bill.pk}:excess"
    memo = {"bill": bill.code, "order": payment.order_code}
    for step, posting in (
        ("in", Posting(clearing_of(payment), excess, payment.amount_fen)),
        ("out", Posting(excess, clearing_of(payment), payment.amount_fen)),
    ):
        post_transfer(
            unit=UNIT, postings=[posting], key=f"payments:excess:{step}:{payment.pk}", memo=memo, now=now
        )
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


def clearing_of(payment: Payment) -> str:
    """The account of what the payment's gateway owes us."""
    return f"gateway:{payment.gateway}:clearing"


def payer_account(payment: Payment, payer_kind: str) -> str:
    """The account of what a subsidising payer owes; an institution owes for itself."""
    return f"payer:institution:{payment.bill.institution_id}" if payer_kind == "institution" else f"payer:{payer_kind}"
