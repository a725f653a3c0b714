from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.people.models import ApiToken
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import NotFound


def withdraw_token(*, actor: Actor, token_uuid: UUID, now: datetime) -> None:
    """Take back one of the actor's own bearer tokens. Twice changes nothing. Raises NotFound."""
    with transaction.atomic():
        row = (
            ApiToken.objects.select_for_update(of=("self",))
            .filter(uuid=token_uuid, account__person_id=actor.person_id)
            .first()
            if actor.person_id is not None
            else None
        )
        if row is None:
            raise NotFound
        if row.withdrawn_at is None:
            row.withdrawn_at = now
            row.save(update_fields=["withdrawn_at"])
            record_deed(actor=actor, verb="withdraw_token", object_kind="api_token", object_id=row.id, now=now)
