from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from xueqiao.domains.payments.actions._shares import (
    OPEN_PARTS,
    earn_rest,
    give_back,
    lock_bill,
    open_part_count,
    shares_in_order,
)
from xueqiao.domains.payments.models import BillPart
from xueqiao.domains.payments.rules.settlement import returned_for_missing
from xueqiao.foundation.audit.api import Actor, record_deed


def return_parts(
    *,
    actor: Actor,
    bill_id: int,
    delivery_ids: Collection[int],
    reason: str,
    rule: str,
    now: datetime,
    key: str = "",
) -> int:
    """Meetings that will not take place: all of their money goes back to every payer; return the learner's part.

    Source: 领域规则 5.2 第 8 条：举办方原因，没上的课 100 % 退还. Parts that are released or returned already move
    nothing, so the same report twice refunds once. key: names the cause, for who looks for the refund later. Locks the
    bill's row, then the ledger; the gateway is asked after.
    """
    with transaction.atomic():
        bill = lock_bill(bill_id)
        parts = list(
            BillPart.objects.filter(bill=bill, delivery_id__in=list(delivery_ids), state__in=OPEN_PARTS).order_by("pk")
        )
        if not parts:
            return 0
        left = open_part_count(bill)
        amounts = {share.pk: returned_for_missing(share.held_fen, len(parts), left) for share in shares_in_order(bill)}
        key = key or f"parts:{parts[0].pk}:{parts[-1].pk}:{len(parts)}"
        refund = give_back(bill, amounts, key=key, reason=reason, rule=rule, parts=parts, now=now)
        earn_rest(bill, now=now)
        learner_fen = refund.amount_fen if refund else 0
        record_deed(
            actor=actor,
            verb="return_parts",
            object_kind="bill",
            object_id=bill.pk,
            now=now,
            region=bill.region,
            detail={"parts": len(parts), "amount_fen": learner_fen, "reason": reason[:120]},
        )
        return learner_fen
