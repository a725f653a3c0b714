"""Make a link that shows certificates to whoever has it, for some days."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from xueqiao.domains.credits.errors.batches import NothingToShare, ShareTooLong
from xueqiao.domains.credits.models import Certificate, CertificateShare
from xueqiao.domains.credits.queries.batches import token_hash
from xueqiao.domains.credits.queries.deposits import require_may_decide_for
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.scope import Scope

DAYS_MAX = 90
SCOPES = ("summary", "full")
TOKEN_BYTES = 24


def share_certificates(
    *, actor: Actor, person_id: int, certificate_uuids: Collection[UUID], scope: str, days: int, now: datetime
) -> str:
    """Return the token of a new link; only its hash is kept.

    scope: "summary" (titles, hours, dates; no name) or "full". Raises NotYours, NothingToShare, ShareTooLong.
    """
    require_may_decide_for(actor, person_id, now=now)
    if not 1 <= days <= DAYS_MAX:
        raise ShareTooLong
    everything = Scope.everything("authority was checked for this person")
    rows = Certificate.objects.within(everything).filter(person_id=person_id, uuid__in=certificate_uuids)
    ids = list(rows.filter(revoked_at=None).order_by("pk").values_list("pk", flat=True))
    if not ids or scope not in SCOPES:
        raise NothingToShare
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        row = CertificateShare.objects.create(
            person_id=person_id,
            token_hash=token_hash(token),
            certificate_ids=ids,
            scope=scope,
            made_at=now,
            expires_at=now + timedelta(days=days),
        )
        record_deed(
            actor=actor,
            verb="share_certificates",
            object_kind="certificate_share",
            object_id=row.pk,
            acting_for_id=person_id if actor.person_id != person_id else None,
            now=now,
            detail={"scope": scope, "days": days, "certificates": len(ids)},
        )
    return token
