"""Schedules of payments."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from xueqiao.domains.payments.actions.query_payment import query_payment
from xueqiao.domains.payments.actions.rehearse_callback import rehearse_callback
from xueqiao.domains.payments.actions.send_refund import send_refund
from xueqiao.domains.payments.actions.take_callback import take_callback
from xueqiao.domains.payments.actions.take_statement import take_statement
from xueqiao.domains.payments.actions.warn_late_refunds import warn_late_refunds
from xueqiao.domains.payments.models import Payment, Refund
from xueqiao.domains.payments.ports import (
    ChangesKeys,
    GatewayUnreachable,
    StatementBroken,
    StatementNotReady,
    payment_gateways,
)
from xueqiao.domains.payments.queries.bills import get_payment
from xueqiao.foundation import clock
from xueqiao.foundation.outbox.api import job

QUERIES_AT_ONCE = 100  # of one run; the rest is due at the next


@job("payments.query_payments", every="* * * * * */20")
def query_payments(*, now: datetime) -> None:
    """Ask the gateways about payments whose message has not come, those waiting longest first."""
    due = Payment.objects.filter(next_ask_at__lte=now).order_by("next_ask_at")
    for payment_id in list(due.values_list("pk", flat=True)[:QUERIES_AT_ONCE]):
        query_payment(payment_id=payment_id, now=now)


@job("payments.refresh_keys", every="17 * * * *")
def refresh_keys(*, now: datetime) -> None:
    """Fetch new public keys of the gateways that change theirs; a gateway that is down is asked at the next hour."""
    for gateway in payment_gateways.use().values():
        if isinstance(gateway, ChangesKeys):
            with suppress(GatewayUnreachable):
                gateway.refresh_keys(now=now)


@job("payments.take_statements", every="40 2-12 * * *")
def take_statements(*, now: datetime) -> None:
    """From 10:40 on, every hour: take the lists of the last three days that are not there yet.

    Source: both companies have yesterday's list by 10 in the morning. One that is not made, not reachable or does not
    add up is tried again at the next hour; the finance desk shows which day is missing.
    """
    today = clock.local_date(now)
    for gateway in payment_gateways.use().values():
        if not gateway.methods:
            continue
        for days_ago in (3, 2, 1):
            with suppress(GatewayUnreachable, StatementNotReady, StatementBroken):
                take_statement(gateway=gateway.name, day=today - timedelta(days=days_ago), now=now)


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


@job("payments.warn_late_refunds", every="10 1 * * *")
def name_late_refunds(*, now: datetime) -> None:
    """Every morning (09:10 in the region), name the refunds that should have arrived by now."""
    warn_late_refunds(now=now)
