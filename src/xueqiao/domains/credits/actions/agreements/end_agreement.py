"""End an agreement before its day, for good: only what is new stops."""

from datetime import datetime

from django.db import transaction

from xueqiao.domains.credits.queries.agreements import lock_agreement
from xueqiao.domains.credits.values.agreements import ENDED
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor


def end_agreement(*, actor: Actor, code: str, now: datetime) -> bool:
    """Return True when it ended by this call, False when it had before. What it carried stays as it is.

    An officer of the receiver's range; safe to repeat. Locks the row. Raises AgreementUnknown, NotAllowed.
    """
    with transaction.atomic():
        row = lock_agreement(actor, code)
        if row.state == ENDED:
            return False
        row.state, row.moved_at = ENDED, now
        row.save(update_fields=["state", "moved_at"])
        record_deed(
            actor=actor,
            verb="end_agreement",
            object_kind="agreement",
            object_id=row.pk,
            region=row.receiver.region,
            now=now,
        )
    return True
