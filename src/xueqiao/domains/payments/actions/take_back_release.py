from datetime import datetime

from django.db import transaction

from xueqiao.domains.payments.actions._shares import lock_bill, unearn
from xueqiao.domains.payments.models import BillPart, ShareMove
from xueqiao.foundation.audit.api import Actor, record_deed


def take_back_release(*, actor: Actor, bill_id: int, delivery_id: int, now: datetime) -> int:
    """A meeting counted as held was not: what it earned is held again, payer by payer; return how much.

    By new transfers, never by changing old ones. A part that is not released moves nothing. Locks the bill's row, then
    the ledger. Raises InsufficientBalance when the institution has already paid the money out.
    """
    with transaction.atomic():
        bill = lock_bill(bill_id)
        part = BillPart.objects.filter(bill=bill, delivery_id=delivery_id, state="released").first()
        if part is None:
            return 0
        earned = ShareMove.objects.filter(part=part, transfer_key=f"payments:release:{part.pk}:{part.turn - 1}")
        amounts = dict(earned.values_list("share_id", "amount_fen"))
        key = f"payments:unrelease:{part.pk}:{part.turn}"
        total = unearn(bill, amounts, part=part, transfer_key=key, now=now)
        part.state, part.moved_at = "waiting", now
        part.save(update_fields=["state", "moved_at"])
        record_deed(
            actor=actor,
            verb="take_back_release",
            object_kind="bill",
            object_id=bill.pk,
            now=now,
            region=bill.region,
            detail={"delivery": delivery_id, "amount_fen": total},
        )
        return total
