from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from xueqiao.domains.payments.actions._shares import OPEN_PARTS, lock_bill
from xueqiao.domains.payments.models import BillPart
from xueqiao.foundation.audit.api import Actor, record_deed


def move_parts(*, actor: Actor, bill_id: int, delivery_ids: Sequence[int], now: datetime) -> int:
    """The learner goes on in another class: what is still held pays for these deliveries instead; return how many.

    Nothing moves on the ledger; the money of meetings already held stays earned where it was earned. Deliveries that
    had their money are left out; who comes back to a class finds its meetings waiting again. When none of them is left
    to pay for, nothing moves: held money always has something to wait for. Safe to repeat. Locks the bill's row.
    """
    with transaction.atomic():
        bill = lock_bill(bill_id)
        if bill.state not in {"paid", "partly_refunded"}:
            return 0
        known = {part.delivery_id: part for part in BillPart.objects.filter(bill=bill)}
        wanted = {each for each in delivery_ids if each not in known or known[each].state in (*OPEN_PARTS, "moved")}
        if not wanted:
            return 0
        parts = BillPart.objects.filter(bill=bill)
        parts.filter(state__in=OPEN_PARTS).exclude(delivery_id__in=wanted).update(state="moved", moved_at=now)
        parts.filter(state="moved", delivery_id__in=wanted).update(state="waiting", moved_at=None)
        BillPart.objects.bulk_create(
            BillPart(bill=bill, delivery_id=delivery_id, planned_at=now)
            for delivery_id in dict.fromkeys(delivery_ids)
            if delivery_id not in known
        )
        record_deed(
            actor=actor,
            verb="move_parts",
            object_kind="bill",
            object_id=bill.pk,
            now=now,
            region=bill.region,
            detail={"parts": len(wanted)},
        )
        return len(wanted)
