"""Take out credit whose rule lets it end, on the day that was announced."""

from datetime import datetime

from django.db import transaction

from xueqiao.domains.credits.models import CreditExpiry
from xueqiao.domains.credits.queries.balances import as_postings, available_in
from xueqiao.domains.credits.queries.corrections import (
    expiries_due,
    is_free,
    locked_expiry,
    recognition_of_claim,
)
from xueqiao.domains.credits.rules.postings import amount_of, ending_lines
from xueqiao.domains.credits.values.corrections import ANNOUNCED, EXPIRED
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.ledger import api as ledger


def expire_credits(*, now: datetime, limit: int = 1_000) -> int:
    """Return how many recognitions ended; each in a transaction of its own, with its entry to `expired`.

    What a conversion in force uses does not end. Where less than the amount is there, that much goes. Locks
    CREDIT_ACCOUNT, then the row.
    """
    count = 0
    for found in list(expiries_due(local_date(now), limit=limit)):
        with transaction.atomic():
            row = locked_expiry(found.uuid)
            if row.state == ANNOUNCED and is_free(row.claim_id):
                _expire(row, now)
                count += 1
    return count


def _expire(row: CreditExpiry, now: datetime) -> None:
    about = recognition_of_claim(row.claim)
    lines = ending_lines(about.person_id, about.amount_hundredths, available=available_in(about.unit, about.person_id))
    row.state, row.expired_at = EXPIRED, now
    if lines:
        transfer = ledger.post_transfer(
            unit=about.unit,
            postings=as_postings(lines),
            key=f"credits.expire:{row.pk}",
            memo={"deed": "expire", "claim": str(about.uuid), "announced_at": row.announced_at.isoformat()},
            now=now,
        )
        row.amount_hundredths, row.transfer_id = amount_of(lines), transfer.id
    row.save(update_fields=["state", "expired_at", "amount_hundredths", "transfer_id"])
    record_deed(
        actor=Actor.system("expire_credits"),
        verb="expire_credits",
        object_kind="claim",
        object_id=row.claim_id,
        region=about.region,
        acting_for_id=about.person_id,
        now=now,
        detail={"amount_hundredths": row.amount_hundredths},
    )
