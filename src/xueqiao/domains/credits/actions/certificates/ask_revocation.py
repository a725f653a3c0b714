"""Staff ask that a certificate be revoked; somebody else decides."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.credits.errors.certificates import AlreadyRevoked
from xueqiao.domains.credits.errors.standing import RevocationAlreadyAsked
from xueqiao.domains.credits.models import StatusChange
from xueqiao.domains.credits.queries.standing import change_view, locked_for_staff, require_reason
from xueqiao.domains.credits.values.standing import StatusChangeView
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor


def ask_revocation(*, actor: Actor, certificate_uuid: UUID, reason: str, words: str, now: datetime) -> StatusChangeView:
    """Write the request to revoke; the certificate stays as it is until another officer decides.

    reason: record_error, identity_error, fraud or key_stolen. Raises CertificateUnknown, NotAllowed,
    UnknownRevokeReason, WordsMissing, AlreadyRevoked, RevocationAlreadyAsked.
    """
    with transaction.atomic():
        row = locked_for_staff(actor, certificate_uuid)
        words = require_reason(reason, words)
        if row.revoked_at is not None:
            raise AlreadyRevoked
        if StatusChange.objects.filter(certificate=row, state="asked").exists():
            raise RevocationAlreadyAsked
        change = StatusChange.objects.create(
            certificate=row,
            kind="revoke",
            reason=reason,
            words=words,
            state="asked",
            asked_by_id=actor.person_id,
            asked_at=now,
        )
        change.refresh_from_db(fields=["uuid"])
        record_deed(
            actor=actor,
            verb="ask_revocation",
            object_kind="certificate",
            object_id=row.pk,
            region=row.region,
            acting_for_id=row.person_id,
            now=now,
            detail={"reason": reason},
        )
    return change_view(change)
