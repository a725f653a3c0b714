from datetime import datetime

from django.db import transaction

from xueqiao.domains.payments.actions._vouchers import free_vouchers
from xueqiao.domains.payments.models import Bill
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.locks import set_lock_timeout
from xueqiao.foundation.scope import Scope


def close_bill(*, actor: Actor, bill_id: int, has_expired: bool, now: datetime) -> bool:
    """End a bill that nobody has paid: expired (its time passed) or cancelled (given up). Locks the bill's row.

    Vouchers it had reserved are free again.

    Returns False, and changes nothing, when the bill was paid in the meantime: the caller must then keep its promise
    instead of ending it. True when the bill is closed, also by an earlier call.
    """
    with transaction.atomic():
        set_lock_timeout()
        bill = (
            Bill.objects.within(Scope.everything("the domain that made the bill closes it"))
            .select_for_update()
            .get(pk=bill_id)
        )
        if bill.state in {"paid", "partly_refunded", "refunded"}:
            return False
        if bill.state == "due":
            bill.state = "expired" if has_expired else "cancelled"
            bill.save(update_fields=["state"])
            free_vouchers(bill, now=now)
            record_deed(
                actor=actor,
                verb="expire_bill" if has_expired else "cancel_bill",
                object_kind="bill",
                object_id=bill.pk,
                now=now,
                region=bill.region,
            )
        return True
