"""Staff give a suspended certificate back its standing."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.credits.errors.certificates import AlreadyRevoked
from xueqiao.domains.credits.errors.standing import NotSuspended, WordsMissing
from xueqiao.domains.credits.events import SuspensionLifted
from xueqiao.domains.credits.models import StatusChange
from xueqiao.domains.credits.queries.certificates import certificate_view
from xueqiao.domains.credits.queries.standing import locked_for_staff, standing_changed
from xueqiao.domains.credits.values.certificates import CertificateView
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.outbox.api import record_event

WORDS_LENGTH_MAX = 200


def lift_suspension(*, actor: Actor, certificate_uuid: UUID, words: str, now: datetime) -> CertificateView:
    """Lift a suspension, with words that say what was found.

    Raises CertificateUnknown, NotAllowed, WordsMissing, AlreadyRevoked, NotSuspended.
    """
    with transaction.atomic():
        row = locked_for_staff(actor, certificate_uuid)
        if not words.strip():
            raise WordsMissing
        if row.revoked_at is not None:
            raise AlreadyRevoked
        if row.suspended_at is None:
            raise NotSuspended
        row.suspended_at = None
        row.save(update_fields=["suspended_at"])
        StatusChange.objects.create(
            certificate=row,
            kind="lift",
            reason="looked_into",
            words=words.strip()[:WORDS_LENGTH_MAX],
            state="done",
            asked_by_id=actor.person_id,
            asked_at=now,
            decided_by_id=actor.person_id,
            decided_at=now,
        )
        standing_changed(row)
        record_event(SuspensionLifted(row.pk, now), region=row.region, now=now)
        record_deed(
            actor=actor,
            verb="lift_suspension",
            object_kind="certificate",
            object_id=row.pk,
            region=row.region,
            acting_for_id=row.person_id,
            now=now,
        )
    return certificate_view(row)
