from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.payments.actions.open_cash_day import lock_cash_day
from xueqiao.domains.payments.actions.send_refund import mark_done
from xueqiao.domains.payments.errors.bills import BillNotFound
from xueqiao.domains.payments.models import CashMovement, Refund
from xueqiao.domains.payments.queries.bills import refund_view
from xueqiao.domains.payments.values.bills import RefundView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.locks import set_lock_timeout


def hand_over_cash(*, actor: Actor, refund_uuid: UUID, now: datetime) -> RefundView:
    """A clerk has given a cash refund back over the counter. Repeating it changes nothing.

    Only a centre clerk whose unit contains the bill's; it comes out of her box of the day. Raises NotAllowed,
    CashDayClosed, or BillNotFound when there is no such cash refund.
    """
    people.require_role(actor, "centre_clerk")
    refund = Refund.objects.select_related("bill", "payment").filter(uuid=refund_uuid, payment__method="cash").first()
    if refund is None:
        raise BillNotFound
    people.require_role(actor, "centre_clerk", region=refund.bill.region)
    if refund.state == "asked":
        with transaction.atomic():
            set_lock_timeout()
            box = lock_cash_day(actor=actor, region=refund.bill.region, now=now)
            if mark_done(refund, actor=actor, reference=f"cash:{actor.person_id}", now=now):
                CashMovement.objects.create(cash_day=box, refund=refund, amount_fen=-refund.amount_fen, at=now)
    refund.refresh_from_db(fields=["state"])
    return refund_view(refund)
