"""A second officer keeps the credit that a first one asked to be revoked."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.credits.errors.corrections import RevocationDecided
from xueqiao.domains.credits.queries.corrections import locked_revocation, revocation_view
from xueqiao.domains.credits.values.corrections import ASKED, REFUSED, RevocationView
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor


def refuse_recognition_revocation(*, actor: Actor, revocation_uuid: UUID, now: datetime) -> RevocationView:
    """Close the request; nothing moves. Twice is once. Raises as `revoke_recognition` does."""
    with transaction.atomic():
        row = locked_revocation(actor, revocation_uuid)
        if row.state == REFUSED:
            return revocation_view(row)
        if row.state != ASKED:
            raise RevocationDecided
        row.state, row.decided_by_id, row.decided_at = REFUSED, actor.person_id, now
        row.save(update_fields=["state", "decided_by_id", "decided_at"])
        record_deed(
            actor=actor,
            verb="refuse_recognition_revocation",
            object_kind="recognition_revocation",
            object_id=row.pk,
            region=row.region,
            acting_for_id=row.person_id,
            now=now,
            detail={"asked_by": row.asked_by_id},
        )
    return revocation_view(row)
