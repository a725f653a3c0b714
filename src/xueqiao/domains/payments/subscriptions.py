"""What payments does after its own facts."""

from datetime import datetime

from xueqiao.domains.payments.actions.send_refund import send_refund
from xueqiao.domains.payments.actions.tell_late_refund import tell_late_refund
from xueqiao.domains.payments.events import RefundAsked, RefundOverdue
from xueqiao.domains.payments.models import Refund
from xueqiao.domains.payments.queries.bills import gateway_named
from xueqiao.foundation.outbox.api import enqueue, subscribe


@subscribe(RefundAsked)
def pass_refund_to_gateway(event: RefundAsked, *, now: datetime) -> None:
    """A gateway that answers at once is asked at once; one behind a network is asked by the worker."""
    refund = Refund.objects.select_related("payment").get(pk=event.refund_id)
    if gateway_named(refund.payment.gateway).is_local:
        send_refund(refund_id=event.refund_id, now=now)
    else:
        enqueue("payments.send_refund", {"refund_id": event.refund_id}, once_key=f"refund:{event.refund_id}")


@subscribe(RefundOverdue)
def tell_clerks(event: RefundOverdue, *, now: datetime) -> None:
    """Somebody must look: the clerks hear once; the finance desk shows it until it has arrived."""
    tell_late_refund(refund_id=event.refund_id, days_waiting=event.days_waiting, now=now)
