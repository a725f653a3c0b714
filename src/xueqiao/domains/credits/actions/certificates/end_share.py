"""End a link before its time."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.credits.errors.batches import ShareUnknown
from xueqiao.domains.credits.models import CertificateShare
from xueqiao.domains.credits.queries.deposits import require_may_decide_for
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.scope import Scope


def end_share(*, actor: Actor, share_uuid: UUID, now: datetime) -> None:
    """From the next request on the link opens nothing. Safe to repeat. Raises ShareUnknown, NotYours."""
    everything = Scope.everything("authority is checked for the link's person")
    with transaction.atomic():
        row = CertificateShare.objects.within(everything).select_for_update().filter(uuid=share_uuid).first()
        if row is None:
            raise ShareUnknown
        require_may_decide_for(actor, row.person_id, now=now)
        if row.ended_at is not None:
            return
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        record_deed(
            actor=actor,
            verb="end_share",
            object_kind="certificate_share",
            object_id=row.pk,
            acting_for_id=row.person_id if actor.person_id != row.person_id else None,
            now=now,
        )
