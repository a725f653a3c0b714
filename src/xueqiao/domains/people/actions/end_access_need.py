from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xueqiao.domains.people.models import AccessNeed
from xueqiao.domains.people.queries import require_may_act_for
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.scope import Scope


def end_access_need(*, actor: Actor, person_id: int, kind: str, now: datetime) -> bool:
    """Take a registered need off; returns whether there was one. The person, her family or her centre may.

    Raises MayNotActFor.
    """
    with transaction.atomic():
        require_may_act_for(actor, person_id, now=now)
        row = (
            AccessNeed.objects.within(Scope.of_persons([person_id]))
            .select_for_update()
            .filter(person_id=person_id, kind=kind, ended_at=None)
            .first()
        )
        if row is None:
            return False
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        record_deed(
            actor=actor,
            verb="end_access_need",
            object_kind="access_need",
            object_id=row.pk,
            acting_for_id=person_id,
            now=now,
            detail={"kind": kind},
        )
    return True
