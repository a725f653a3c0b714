from datetime import datetime

from django.db import transaction

from xueqiao.domains.payments.errors.bills import RefundAboveCollected, RefundKeyReused
from xueqiao.domains.payments.events import RefundAsked
from xueqiao.domains.payments.models import Bill, Payment, Refund
from xueqiao.domains.payments.queries.bills import refund_view
from xueqiao.domains.payments.rules.bills import (
    CNY,
    account_of_payer,
    clearing_account,
    held_account,
    shares_returned,
    state_after_refund,
)
from xueqiao.domains.payments.values.bills import LEARNER, RefundView, Share
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.ledger.api import Posting, post_transfer
from xueqiao.foundation.locks import set_lock_timeout
from xueqiao.foundation.money import yuan
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.scope import Scope


def refund_bill(
    *,
    actor: Actor,
    bill_id: int,
    learner_amount_fen: int,
    key: str,
    reason: str,
    rule: str,
    now: datetime,
) -> RefundView:
    """Send `learner_amount_fen` (1 or more) back to the learner, and the same fraction to every other payer.

    The caller has applied its rule and checked the permission; `key` names the cause ("withdraw:place:17"): the same
    key with the same amount returns the same refund, with another amount raises RefundKeyReused. The sum of refunds
    never passes what was paid (RefundAboveCollected; a constraint stands behind it). Locks the bill's row. The gateway
    is asked after the commit.
    """
    with transaction.atomic():
        set_lock_timeout()
        bill = (
            Bill.objects.within(Scope.everything("the caller checked the permission"))
            .select_for_update()
            .get(pk=bill_id)
        )
        earlier = Refund.objects.select_related("bill", "payment").filter(key=key).first()
        if earlier is not None:
            if (earlier.bill_id, earlier.amount_fen) != (bill_id, learner_amount_fen):
                raise RefundKeyReused
            return refund_view(earlier)
        left = bill.paid_fen - bill.refunded_fen
        if not 1 <= learner_amount_fen <= left:
            raise RefundAboveCollected(left=yuan(left))
        payment = Payment.objects.get(bill=bill, state="succeeded")
        payment.bill = bill
        back = shares_returned(
            [Share(s.payer_kind, s.amount_fen) for s in bill.shares.order_by("pk")],
            to_pay_fen=bill.to_pay_fen,
            refunded_before_fen=bill.refunded_fen,
            refund_fen=learner_amount_fen,
        )
        post_transfer(
            unit=CNY,
            postings=[
                Posting(
                    held_account(bill.pk),
                    clearing_account(payment.gateway)
                    if s.payer_kind == LEARNER
                    else account_of_payer(s.payer_kind, bill.institution_id),
                    s.amount_fen,
                )
                for s in back
            ],
            key=f"payments:refund:{key}",
            memo={"bill": bill.code, "reason": reason[:80]},
            now=now,
        )
        bill.refunded_fen += learner_amount_fen
        bill.state = state_after_refund(paid_fen=bill.paid_fen, refunded_fen=bill.refunded_fen)
        bill.save(update_fields=["refunded_fen", "state"])
        refund = Refund.objects.create(
            key=key,
            bill=bill,
            payment=payment,
            amount_fen=learner_amount_fen,
            reason=reason[:120],
            rule=rule[:200],
            asked_at=now,
        )
        refund.refresh_from_db(fields=["uuid"])
        record_event(RefundAsked(refund.pk, bill.pk, bill.region, learner_amount_fen), region=bill.region, now=now)
        record_deed(
            actor=actor,
            verb="refund_bill",
            object_kind="bill",
            object_id=bill.pk,
            now=now,
            region=bill.region,
            acting_for_id=bill.beneficiary_id if actor.person_id != bill.beneficiary_id else None,
            detail={"amount_fen": learner_amount_fen, "reason": reason[:120], "rule": rule[:200]},
        )
        return refund_view(refund)
