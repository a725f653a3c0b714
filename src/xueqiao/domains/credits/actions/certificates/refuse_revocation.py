"""A second officer keeps a certificate that a first one asked to be revoked."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.credits.queries.standing import change_view, locked_change
from xueqiao.domains.credits.values.standing import StatusChangeView
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor


def refuse_revocation(*, actor: Actor, change_uuid: UUID, now: datetime) -> StatusChangeView:
    """Close the request; the certificate stays valid. Raises as `revoke_certificate` does."""
    with transaction.atomic():
        change, row = locked_change(actor, change_uuid)
        change.state, change.decided_by_id, change.decided_at = "refused", actor.person_id, now
        change.save(update_fields=["state", "decided_by_id", "decided_at"])
        record_deed(
            actor=actor,
            verb="refuse_revocation",
            object_kind="certificate",
            object_id=row.pk,
            region=row.region,
            acting_for_id=row.person_id,
            now=now,
            detail={"asked_by": change.asked_by_id},
        )
    return change_view(change)
