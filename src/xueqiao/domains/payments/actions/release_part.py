from datetime import datetime

from django.db import transaction

from xueqiao.domains.payments.actions._shares import (
    earn,
    earn_rest,
    lock_bill,
    open_part_count,
    shares_in_order,
)
from xueqiao.domains.payments.models import BillPart
from xueqiao.domains.payments.rules.settlement import released_for_one
from xueqiao.foundation.audit.api import Actor, record_deed


def release_part(*, actor: Actor, bill_id: int, delivery_id: int, now: datetime) -> int:
    """A meeting was held: its part of every payer's held money becomes the institution's income; return how much.

    The last meeting takes what rounding left. A part that is released, returned or not planned moves nothing, so a
    meeting reported twice earns once. Locks the bill's row, then the ledger.
    """
    with transaction.atomic():
        bill = lock_bill(bill_id)
        part = BillPart.objects.filter(bill=bill, delivery_id=delivery_id, state__in=["waiting", "owed"]).first()
        if part is None:
            return 0
        left = open_part_count(bill)
        amounts = {share.pk: released_for_one(share.held_fen, left) for share in shares_in_order(bill)}
        key = f"payments:release:{part.pk}:{part.turn}"
        total = earn(bill, amounts, part=part, transfer_key=key, now=now)
        part.state, part.turn, part.moved_at = "released", part.turn + 1, now
        part.save(update_fields=["state", "turn", "moved_at"])
        total += earn_rest(bill, now=now)
        record_deed(
            actor=actor,
            verb="release_part",
            object_kind="bill",
            object_id=bill.pk,
            now=now,
            region=bill.region,
            detail={"delivery": delivery_id, "amount_fen": total},
        )
        return total
