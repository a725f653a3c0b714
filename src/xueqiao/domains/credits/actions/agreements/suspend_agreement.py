"""Suspend an agreement, or let it go on: only new conversions stop, nothing that was recognised is touched."""

from datetime import datetime

from django.db import transaction

from xueqiao.domains.credits.queries.agreements import lock_agreement
from xueqiao.domains.credits.values.agreements import ACTIVE, ENDED, SUSPENDED
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor


def suspend_agreement(*, actor: Actor, code: str, is_suspended: bool, now: datetime) -> str:
    """Return the state afterwards. An officer of the receiver's range; safe to repeat. Locks the row.

    Raises AgreementUnknown, NotAllowed. An agreement that has ended stays ended.
    """
    with transaction.atomic():
        row = lock_agreement(actor, code)
        state = SUSPENDED if is_suspended else ACTIVE
        if row.state in (ENDED, state):
            return str(row.state)
        row.state, row.moved_at = state, now
        row.save(update_fields=["state", "moved_at"])
        record_deed(
            actor=actor,
            verb="suspend_agreement",
            object_kind="agreement",
            object_id=row.pk,
            region=row.receiver.region,
            now=now,
            detail={"state": state},
        )
    return state
