"""Schedules of payments."""

from datetime import datetime
from uuid import UUID

from xueqiao.domains.payments.actions.rehearse_callback import rehearse_callback
from xueqiao.domains.payments.actions.send_refund import send_refund
from xueqiao.domains.payments.actions.take_callback import take_callback
from xueqiao.domains.payments.models import Refund
from xueqiao.domains.payments.queries.bills import get_payment
from xueqiao.foundation.outbox.api import job


@job("payments.send_refunds", every="*/5 * * * *")
def send_refunds(*, now: datetime) -> None:
    """Ask again for refunds the gateways have not done yet; cash waits for a clerk."""
    waiting = Refund.objects.filter(state="asked").exclude(payment__method="cash").order_by("asked_at")
    for refund_id in list(waiting.values_list("pk", flat=True)[:200]):
        send_refund(refund_id=refund_id, now=now)


@job("payments.send_refund")
def send_one_refund(*, refund_id: int, now: datetime) -> None:
    """Ask a gateway that is reached over the network, outside the request that caused the refund."""
    send_refund(refund_id=refund_id, now=now)


@job("payments.rehearse_late_callback")
def rehearse_late_callback(*, payment_uuid: str, now: datetime) -> None:
    """Deliver the rehearsal gateway's callback that the tester asked to come too late."""
    payment = get_payment(UUID(payment_uuid))
    for message in rehearse_callback(payment_uuid=payment.uuid, choice="pay", now=now):
        take_callback(gateway=payment.gateway, headers=message.headers, body=message.body, now=now)
