from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from xueqiao.domains.payments.actions._shares import OPEN_PARTS, lock_bill
from xueqiao.domains.payments.models import BillPart
from xueqiao.foundation.audit.api import Actor, record_deed


def move_parts(*, actor: Actor, bill_id: int, delivery_ids: Sequence[int], now: datetime) -> int:
    """The learner goes on in another class: what is still held pays for these deliveries instead; return how many.

    Nothing moves on the ledger; the money of meetings already held stays earned where it was earned. Deliveries the
    bill has paid for before are left out. Locks the bill's row.
    """
    with transaction.atomic():
        bill = lock_bill(bill_id)
        if bill.state not in {"paid", "partly_refunded"}:
            return 0
        BillPart.objects.filter(bill=bill, state__in=OPEN_PARTS).update(state="moved", moved_at=now)
        known = set(BillPart.objects.filter(bill=bill).values_list("delivery_id", flat=True))
        fresh = [delivery_id for delivery_id in delivery_ids if delivery_id not in known]
        BillPart.objects.bulk_create(
            BillPart(bill=bill, delivery_id=delivery_id, planned_at=now) for delivery_id in fresh
        )
        record_deed(
            actor=actor,
            verb="move_parts",
            object_kind="bill",
            object_id=bill.pk,
            now=now,
            region=bill.region,
            detail={"parts": len(fresh)},
        )
        return len(fresh)
