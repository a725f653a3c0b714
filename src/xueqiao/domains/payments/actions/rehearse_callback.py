from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from xueqiao.domains.payments.actions.start_payment import order_of
from xueqiao.domains.payments.errors.bills import BillNotFound, UnknownGateway
from xueqiao.domains.payments.models import Bill, Payment
from xueqiao.domains.payments.ports import SignedMessage, rehearsal_desk
from xueqiao.domains.payments.queries.bills import gateway_named
from xueqiao.foundation.outbox.api import enqueue
from xueqiao.foundation.scope import Scope

LATE_BY = timedelta(minutes=1)


def rehearse_callback(*, payment_uuid: UUID, choice: str, now: datetime) -> list[SignedMessage]:
    """What the rehearsal gateway sends for a tester's choice: signed messages for the channel to bring to the public
    callback address. "late" brings nothing now; the worker brings it a minute after the bill's time.

    Raises BillNotFound, UnknownGateway unless the attempt is a rehearsal, ValueError for an unknown choice.
    """
    payment = Payment.objects.filter(uuid=payment_uuid).first()
    if payment is None:
        raise BillNotFound
    if not gateway_named(payment.gateway).is_rehearsal:
        raise UnknownGateway
    bill = Bill.objects.within(Scope.everything("the rehearsal plays the gateway")).get(pk=payment.bill_id)
    if choice == "late":
        with transaction.atomic():
            enqueue(
                "payments.rehearse_late_callback",
                {"payment_uuid": str(payment_uuid)},
                run_at=max(now, bill.due_at) + LATE_BY,
                once_key=f"rehearse-late:{payment.pk}",
            )
        return []
    return rehearsal_desk.use().messages_for(order_of(payment, bill), choice, now=now)
