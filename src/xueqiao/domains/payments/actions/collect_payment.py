from datetime import datetime

from xueqiao.domains.payments.actions._vouchers import spend_vouchers
from xueqiao.domains.payments.events import BillPaid
from xueqiao.domains.payments.models import Payment
from xueqiao.domains.payments.rules.bills import CNY, SOURCES, account_of_payer, clearing_account, held_account
from xueqiao.domains.payments.values.bills import LEARNER, VOUCHER
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.ledger.api import Posting, open_unit, post_transfer
from xueqiao.foundation.locks import require_transaction
from xueqiao.foundation.outbox.api import record_event


def collect_payment(payment: Payment, *, reference: str, is_late: bool, actor: Actor, now: datetime) -> None:
    """Book the learner's payment and the other payers' shares as held for the bill. Needs the bill's row locked.

    Vouchers pay what they had reserved; for money that came late they are asked again (see `can_spend_again`).
    """
    require_transaction()
    bill = payment.bill
    held = held_account(bill.pk)
    postings = [
        Posting(
            clearing_account(payment.gateway)
            if share.payer_kind == LEARNER
            else account_of_payer(share.payer_kind, bill.institution_id),
            held,
            share.amount_fen,
        )
        for share in bill.shares.order_by("pk")
        if share.amount_fen and share.payer_kind != VOUCHER
    ]
    open_unit(CNY, "人民币", 2, sources=SOURCES)
    post_transfer(
        unit=CNY,
        postings=postings,
        key=f"payments:collect:{payment.pk}",
        memo={"bill": bill.code, "order": payment.order_code, "late": is_late},
        now=now,
    )
    spend_vouchers(bill, now=now)
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
