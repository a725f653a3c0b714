from datetime import datetime, timedelta

from django.db import transaction

from xueqiao.domains.payments.events import RefundOverdue
from xueqiao.domains.payments.queries.settlement import days_allowed, refunds_asked_before
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event

SOONEST_DAYS = 1  # no place allows less


def warn_late_refunds(*, now: datetime) -> int:
    """Name the refunds that have waited longer than the rule allows (15 days by default); return how many.

    Whoever runs the finance desk hears by the event; the refund itself is asked again by its own job.
    """
    count = 0
    for late in refunds_asked_before(now - timedelta(days=SOONEST_DAYS)):
        days = (now - late.asked_at).days
        if days < days_allowed(late, now):
            continue
        with transaction.atomic():
            record_event(
                RefundOverdue(late.refund_id, late.bill_id, late.region, late.amount_fen, days),
                region=late.region,
                now=now,
            )
            record_deed(
                actor=Actor.system("warn_late_refunds"),
                verb="warn_late_refund",
                object_kind="bill",
                object_id=late.bill_id,
                now=now,
                region=late.region,
                detail={"amount_fen": late.amount_fen, "days": days},
            )
        count += 1
    return count
