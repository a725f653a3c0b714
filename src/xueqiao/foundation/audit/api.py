"""The door of audit."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from xueqiao.foundation.arrays import array
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.audit.values import Actor, Deed
from xueqiao.foundation.locks import require_transaction
from xueqiao.foundation.prepared import prepared_rows

__all__ = ["Actor", "Deed", "record_deed", "record_deeds"]

_written = json.JSONEncoder(ensure_ascii=False).encode  # made once: json.dumps makes one for each row
_MANY = """
INSERT INTO audit_auditentry
       (at, actor_kind, actor_person_id, acting_for_id, authority, channel, verb, object_kind, object_id, region,
        detail)
SELECT %s, * FROM ROWS FROM (
       unnest(%s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[],
              %s::bigint[]),
       jsonb_array_elements(%s::jsonb))
"""


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


def record_deeds(deeds: Sequence[Deed], *, now: datetime) -> None:
    """Write many audit rows in one statement. Needs the open transaction of the deeds."""
    require_transaction()
    if not deeds:
        return
    said = {id(deed.detail): deed.detail for deed in deeds}  # one detail said of many deeds is written once
    texts = {key: _written(detail) for key, detail in said.items()}
    columns = (
        [deed.actor.kind for deed in deeds],
        [deed.actor.person_id for deed in deeds],
        [deed.acting_for_id for deed in deeds],
        [deed.actor.authority for deed in deeds],
        [deed.actor.channel for deed in deeds],
        [deed.verb for deed in deeds],
        [deed.object_kind for deed in deeds],
        [deed.object_id for deed in deeds],
        [deed.region for deed in deeds],
    )
    details = "[" + ",".join([texts[id(deed.detail)] for deed in deeds]) + "]"
    prepared_rows(_MANY, [now, *(array(column) for column in columns), details])
