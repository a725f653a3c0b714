"""The door of audit."""

from datetime import datetime
from typing import Any

from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.locks import require_transaction

__all__ = ["Actor", "record_deed"]


def record_deed(
    *,
    actor: Actor,
    verb: str,
    object_kind: str,
    object_id: int | None,
    now: datetime,
    region: int | None = None,
    acting_for_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write one audit row. Needs the open transaction of the deed, so that neither exists without the other."""
    require_transaction()
    AuditEntry.objects.create(
        at=now,
        actor_kind=actor.kind,
        actor_person_id=actor.person_id,
        acting_for_id=acting_for_id,
        authority=actor.authority,
        channel=actor.channel,
        verb=verb,
        object_kind=object_kind,
        object_id=object_id,
        region=region,
        detail=detail or {},
    )
