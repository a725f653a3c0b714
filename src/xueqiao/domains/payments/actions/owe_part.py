from datetime import datetime

from django.db import transaction

from xueqiao.domains.payments.actions._shares import lock_bill
from xueqiao.domains.payments.models import BillPart


def owe_part(*, bill_id: int, delivery_id: int, now: datetime, made_up_by: int | None = None) -> bool:
    """A meeting fell out: its money stays held, owed to whoever paid, until it is made up or goes back.

    made_up_by: the delivery that takes its place, when there is one: then the part simply waits for that. True when
    something changed; a part that is released or returned does not change. Locks the bill's row.
    """
    with transaction.atomic():
        bill = lock_bill(bill_id)
        part = BillPart.objects.filter(bill=bill, delivery_id=delivery_id, state__in=["waiting", "owed"]).first()
        if part is None or (part.state == "owed" and made_up_by is None):
            return False
        if made_up_by is not None and BillPart.objects.filter(bill=bill, delivery_id=made_up_by).exists():
            return False
        if made_up_by is None:
            part.state = "owed"
        else:
            part.state, part.delivery_id = "waiting", made_up_by
        part.moved_at = now
        part.save(update_fields=["state", "delivery_id", "moved_at"])
        return True
