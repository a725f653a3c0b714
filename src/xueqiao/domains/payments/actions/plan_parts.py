from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from xueqiao.domains.payments.actions._shares import lock_bill
from xueqiao.domains.payments.models import BillPart


def plan_parts(*, bill_id: int, delivery_ids: Sequence[int], now: datetime) -> int:
    """Note which deliveries a paid bill pays for, once; return how many were new. Locks the bill's row.

    A second call changes nothing: what was planned is moved by the other deeds of settlement only. A bill that is not
    paid has no parts yet.
    """
    with transaction.atomic():
        bill = lock_bill(bill_id)
        is_paid = bill.state in {"paid", "partly_refunded"}
        if not is_paid or BillPart.objects.filter(bill=bill).exists():
            return 0
        rows = [BillPart(bill=bill, delivery_id=delivery_id, planned_at=now) for delivery_id in delivery_ids]
        return len(BillPart.objects.bulk_create(rows))
