from datetime import datetime

from django.db import transaction

from xueqiao.domains.payments.actions._shares import lock_bill, payer_account, shares_in_order
from xueqiao.domains.payments.actions._vouchers import spend_vouchers
from xueqiao.domains.payments.actions.start_payment import require_payable
from xueqiao.domains.payments.errors.bills import BillNotDue
from xueqiao.domains.payments.events import BillPaid
from xueqiao.domains.payments.queries.bills import bill_view
from xueqiao.domains.payments.rules.bills import CNY, SOURCES, held_account
from xueqiao.domains.payments.values.bills import VOUCHER, BillView
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.ledger.api import Posting, open_unit, post_transfer
from xueqiao.foundation.outbox.api import record_event


def cover_bill(*, actor: Actor, bill_id: int, now: datetime) -> BillView:
    """Settle a bill of which the learner owes nothing: subsidy, concession and vouchers carry all of it.

    The money of the other payers is held for delivery like any other. Repeating it changes nothing. Locks the bill's
    row. Raises BillNotDue when the learner still owes something, BillPastDue.
    """
    with transaction.atomic():
        bill = lock_bill(bill_id)
        if bill.state in {"paid", "partly_refunded", "refunded"}:
            return bill_view(bill)
        require_payable(bill, now)
        if bill.to_pay_fen:
            raise BillNotDue(state_words="还有要付的钱")
        open_unit(CNY, "人民币", 2, sources=SOURCES)
        shares = [s for s in shares_in_order(bill) if s.amount_fen and s.payer_kind != VOUCHER]
        if shares:
            post_transfer(
                unit=CNY,
                postings=[Posting(payer_account(bill, s, None), held_account(bill.pk), s.amount_fen) for s in shares],
                key=f"payments:cover:{bill.pk}",
                memo={"bill": bill.code},
                now=now,
            )
        spend_vouchers(bill, now=now)
        bill.state, bill.paid_at = "paid", now
        bill.save(update_fields=["state", "paid_at"])
        record_event(
            BillPaid(bill.pk, bill.purpose, bill.purpose_id, bill.region, 0, False), region=bill.region, now=now
        )
        record_deed(
            actor=actor,
            verb="cover_bill",
            object_kind="bill",
            object_id=bill.pk,
            now=now,
            region=bill.region,
            detail={"amount_fen": bill.amount_fen},
        )
        return bill_view(bill)
