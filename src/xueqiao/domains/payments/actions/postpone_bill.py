from datetime import datetime

from django.db import transaction

from xueqiao.domains.payments.actions.start_payment import require_payable
from xueqiao.domains.payments.models import Bill
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.locks import set_lock_timeout
from xueqiao.foundation.scope import Scope


def postpone_bill(*, actor: Actor, bill_id: int, due_at: datetime, now: datetime) -> None:
    """Give a due bill a later end (never an earlier one), when what it pays for is kept longer. Locks the bill's row.

    The caller checked the permission. Raises BillAlreadyPaid, BillPastDue or BillNotDue.
    """
    with transaction.atomic():
        set_lock_timeout()
        bill = (
            Bill.objects.within(Scope.everything("the domain that made the bill postpones it"))
            .select_for_update()
            .get(pk=bill_id)
        )
        require_payable(bill, now)
        if due_at > bill.due_at:
            bill.due_at = due_at
            bill.save(update_fields=["due_at"])
            record_deed(
                actor=actor,
                verb="postpone_bill",
                object_kind="bill",
                object_id=bill.pk,
                now=now,
                region=bill.region,
                detail={"due_at": due_at.isoformat()},
            )
