from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from xueqiao.domains.people.actions.grant_role import GRANTED_BY
from xueqiao.domains.people.models import Account, StaffRole
from xueqiao.domains.people.queries import require_role
from xueqiao.domains.people.values import OPERATOR
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.reasons import NotFound


def end_role(*, actor: Actor, role_id: int, now: datetime) -> None:
    """End a duty today and every session of its holder: it counts no more from the next request on.

    By those who may give it, in their range. Ending it twice changes nothing. Raises NotAllowed, NotFound.
    """
    today = local_date(now)
    with transaction.atomic():
        row = StaffRole.objects.select_for_update().filter(pk=role_id).first()
        if row is None:
            raise NotFound
        require_role(actor, *GRANTED_BY[row.role], region=None if OPERATOR in GRANTED_BY[row.role] else row.region)
        if row.valid_to is not None and row.valid_to <= today:
            return
        row.valid_to = today
        row.save(update_fields=["valid_to"])
        Account.objects.filter(person_id=row.person_id).update(session_epoch=F("session_epoch") + 1)
        record_deed(
            actor=actor,
            verb="end_role",
            object_kind="staff_role",
            object_id=row.id,
            acting_for_id=row.person_id,
            region=row.region,
            now=now,
        )
