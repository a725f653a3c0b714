from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.classes.errors.timetables import TimetableNotSolved, UnknownTimetable
from xueqiao.domains.classes.models import Timetable
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.rules.timetables import TIMETABLE_STATE_WORDS
from xueqiao.foundation.audit.api import Actor, record_deed


def drop_timetable(*, actor: Actor, uuid: UUID, now: datetime) -> None:
    """Put a proposal aside; nothing else changes. Locks its row.

    Raises UnknownTimetable, NotAllowed, TimetableNotSolved when it was accepted or dropped already.
    """
    with transaction.atomic():
        row = Timetable.objects.select_for_update().filter(uuid=uuid).first()
        if row is None:
            raise UnknownTimetable
        rules.require_may_plan(actor, row.region)
        if row.state not in ("asked", "solved"):
            raise TimetableNotSolved(state=TIMETABLE_STATE_WORDS[row.state])
        row.state, row.decided_by_id, row.decided_at = "dropped", actor.person_id, now
        row.save(update_fields=["state", "decided_by", "decided_at"])
        record_deed(
            actor=actor, verb="drop_timetable", object_kind="timetable", object_id=row.pk, region=row.region, now=now
        )
