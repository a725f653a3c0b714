import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.payments.actions.start_payment import require_payable
from xueqiao.domains.payments.errors.bills import BillNotFound
from xueqiao.domains.payments.models import Bill
from xueqiao.domains.payments.queries.bills import may_see_bill
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.locks import set_lock_timeout
from xueqiao.foundation.scope import Scope


def make_pay_link(*, actor: Actor, bill_uuid: UUID, now: datetime) -> str:
    """Make the secret of a link by which a relative without an account pays this bill; return it once.

    Only its hash is kept; a new link ends the one before. Whoever has it sees the class, the masked name and the
    amount, and can pay, nothing else. Raises BillNotFound, BillAlreadyPaid, BillPastDue or BillNotDue.
    """
    token = secrets.token_urlsafe(18)
    with transaction.atomic():
        set_lock_timeout()
        bill = (
            Bill.objects.within(Scope.everything("permission is checked on the row below"))
            .select_for_update()
            .filter(uuid=bill_uuid)
            .first()
        )
        if bill is None or not may_see_bill(actor, bill):
            raise BillNotFound
        require_payable(bill, now)
        bill.pay_link_hash = hashlib.sha256(token.encode()).digest()
        bill.save(update_fields=["pay_link_hash"])
        record_deed(
            actor=actor, verb="make_pay_link", object_kind="bill", object_id=bill.pk, now=now, region=bill.region
        )
    return token
