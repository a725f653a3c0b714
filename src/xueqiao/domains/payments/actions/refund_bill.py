from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from xueqiao.domains.payments.actions._shares import OPEN_PARTS, earn_rest, give_back, lock_bill, shares_in_order
from xueqiao.domains.payments.errors.bills import RefundAboveCollected, RefundKeyReused
from xueqiao.domains.payments.models import Bill, BillPart, BillShare, Refund, ShareMove
from xueqiao.domains.payments.queries.bills import refund_view
from xueqiao.domains.payments.rules.bills import shares_returned
from xueqiao.domains.payments.rules.settlement import returned_by_fraction
from xueqiao.domains.payments.values.bills import LEARNER, RefundView, Share
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.money import yuan


def refund_bill(
    *,
    actor: Actor,
    bill_id: int,
    learner_amount_fen: int,
    key: str,
    reason: str,
    rule: str,
    now: datetime,
    fraction: tuple[int, int] | None = None,
    ends: Collection[int] = (),
) -> RefundView | None:
    """Send `learner_amount_fen` back to the learner, and the same fraction to every other payer.

    The caller has applied its rule and checked the permission; `key` names the cause ("withdraw:place:17"): the same
    key with the same amount returns the same refund, with another amount raises RefundKeyReused. The sum of refunds
    never passes what was paid, and no payer gets back what delivered meetings have earned (RefundAboveCollected; a
    constraint stands behind both). Locks the bill's row. The gateway is asked after the commit.

    fraction: (meetings left, all meetings) by which the other payers' parts follow; without it they follow the
    learner's amount. ends: deliveries that this bill no longer pays for. When no meeting waits any more, what rounding
    left is released. The refund, or None when nothing goes back to the learner (she paid nothing, or the rule gives
    nothing): then at least a fraction is needed.
    """
    with transaction.atomic():
        bill = lock_bill(bill_id)
        earlier = Refund.objects.select_related("bill", "payment").filter(key=key).first()
        if earlier is not None:
            if (earlier.bill_id, earlier.amount_fen) != (bill_id, learner_amount_fen):
                raise RefundKeyReused
            return refund_view(earlier)
        if ShareMove.objects.filter(share__bill=bill, transfer_key=f"payments:refund:{key}").exists():
            return None  # the same cause, of which nothing went to the learner
        shares = shares_in_order(bill)
        _require_covered(bill, shares, learner_amount_fen, has_fraction=fraction is not None)
        amounts = _amounts(bill, shares, learner_amount_fen, fraction)
        parts = BillPart.objects.filter(bill=bill, state__in=OPEN_PARTS, delivery_id__in=list(ends))
        refund = give_back(bill, amounts, key=key, reason=reason, rule=rule, parts=list(parts), now=now)
        if not any(share.held_fen for share in shares_in_order(bill)):
            BillPart.objects.filter(bill=bill, state__in=OPEN_PARTS).update(state="returned", moved_at=now)
        earn_rest(bill, now=now)
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
        return refund_view(refund) if refund else None


def _require_covered(bill: Bill, shares: list[BillShare], learner_amount_fen: int, *, has_fraction: bool) -> None:
    """Raise RefundAboveCollected unless the learner's held money covers the amount."""
    is_paid = bill.state in {"paid", "partly_refunded", "refunded"}
    held = sum(share.held_fen for share in shares if share.payer_kind == LEARNER) if is_paid else 0
    least = 0 if has_fraction and is_paid else 1
    if not least <= learner_amount_fen <= held:
        raise RefundAboveCollected(left=yuan(held))


def _amounts(
    bill: Bill, shares: list[BillShare], learner_amount_fen: int, fraction: tuple[int, int] | None
) -> dict[int, int]:
    """What goes back of each share, by id."""
    if fraction is None:
        back = shares_returned(
            [Share(s.payer_kind, s.amount_fen, s.source_id, s.released_fen, s.returned_fen) for s in shares],
            to_pay_fen=bill.to_pay_fen,
            refunded_before_fen=bill.refunded_fen,
            refund_fen=learner_amount_fen,
        )
        by_payer = {(s.payer_kind, s.source_id): s.amount_fen for s in back}
        return {s.pk: by_payer.get((s.payer_kind, s.source_id), 0) for s in shares}
    part, whole = fraction
    return {
        s.pk: learner_amount_fen
        if s.payer_kind == LEARNER
        else returned_by_fraction(s.amount_fen - s.returned_fen, s.held_fen, part, whole)
        for s in shares
    }
