"""A second officer revokes a certificate that a first one asked to be revoked."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.credits.errors.certificates import AlreadyRevoked
from xueqiao.domains.credits.events import CertificateRevoked
from xueqiao.domains.credits.queries.certificates import certificate_view
from xueqiao.domains.credits.queries.standing import locked_change, standing_changed
from xueqiao.domains.credits.values.certificates import CertificateView
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.outbox.api import record_event


def revoke_certificate(*, actor: Actor, change_uuid: UUID, now: datetime) -> CertificateView:
    """Revoke; the verify page and the published list say so from the next request on. Never deleted, never un-revoked.

    Needs an officer whose range contains the class's unit, another person than the one who asked. Raises
    ChangeUnknown, NotAllowed, SecondPersonNeeded, ChangeAlreadyDecided, AlreadyRevoked.
    """
    with transaction.atomic():
        change, row = locked_change(actor, change_uuid)
        if row.revoked_at is not None:
            raise AlreadyRevoked
        row.revoked_at, row.revoke_reason, row.revoked_by_id = now, change.reason, actor.person_id
        row.save(update_fields=["revoked_at", "revoke_reason", "revoked_by_id"])
        change.state, change.decided_by_id, change.decided_at = "done", actor.person_id, now
        change.save(update_fields=["state", "decided_by_id", "decided_at"])
        standing_changed(row)
        record_event(CertificateRevoked(row.pk, change.reason, now), region=row.region, now=now)
        record_deed(
            actor=actor,
            verb="revoke_certificate",
            object_kind="certificate",
            object_id=row.pk,
            region=row.region,
            acting_for_id=row.person_id,
            now=now,
            detail={"reason": change.reason, "asked_by": change.asked_by_id},
        )
    return certificate_view(row)
