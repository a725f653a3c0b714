"""Staff suspend a certificate while something is looked into."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.credits.errors.certificates import AlreadyRevoked
from xueqiao.domains.credits.errors.standing import AlreadySuspended
from xueqiao.domains.credits.events import CertificateSuspended
from xueqiao.domains.credits.models import StatusChange
from xueqiao.domains.credits.queries.certificates import certificate_view
from xueqiao.domains.credits.queries.standing import locked_for_staff, require_reason, standing_changed
from xueqiao.domains.credits.values.certificates import CertificateView
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.outbox.api import record_event


def suspend_certificate(
    *, actor: Actor, certificate_uuid: UUID, reason: str, words: str, now: datetime
) -> CertificateView:
    """Suspend a certificate; the verify page and the published list say so from the next request on. Can be lifted.

    One officer whose range contains the class's unit is enough: nothing is lost. Raises CertificateUnknown, NotAllowed,
    UnknownRevokeReason, WordsMissing, AlreadyRevoked, AlreadySuspended.
    """
    with transaction.atomic():
        row = locked_for_staff(actor, certificate_uuid)
        words = require_reason(reason, words)
        if row.revoked_at is not None:
            raise AlreadyRevoked
        if row.suspended_at is not None:
            raise AlreadySuspended
        row.suspended_at = now
        row.save(update_fields=["suspended_at"])
        StatusChange.objects.create(
            certificate=row,
            kind="suspend",
            reason=reason,
            words=words,
            state="done",
            asked_by_id=actor.person_id,
            asked_at=now,
            decided_by_id=actor.person_id,
            decided_at=now,
        )
        standing_changed(row)
        record_event(CertificateSuspended(row.pk, reason, now), region=row.region, now=now)
        record_deed(
            actor=actor,
            verb="suspend_certificate",
            object_kind="certificate",
            object_id=row.pk,
            region=row.region,
            acting_for_id=row.person_id,
            now=now,
            detail={"reason": reason},
        )
    return certificate_view(row)
