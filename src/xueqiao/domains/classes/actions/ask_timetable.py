from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from xueqiao.domains.classes.models import Timetable
from xueqiao.domains.classes.queries.timetables import TimetableView, build_timetable_task, task_form, timetable_view
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.timetable import Slot
from xueqiao.domains.institutions.api import get_institution_by_id
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import enqueue


def ask_timetable(
    *,
    actor: Actor,
    institution_id: int,
    source_codes: Sequence[str],
    slots: Sequence[Slot],
    first_day: date,
    last_day: date,
    now: datetime,
) -> TimetableView:
    """Ask for a timetable of a term that continues the given classes; a job solves it a moment later.

    slots: weekly times that are possible for every class, beside its own of last term. Nothing is reserved.
    Raises NotAllowed, BadTimetable, UnknownClass.
    """
    region = get_institution_by_id(institution_id).region
    rules.require_may_plan(actor, region)
    task = build_timetable_task(
        institution_id=institution_id,
        source_codes=source_codes,
        slots=slots,
        first_day=first_day,
        last_day=last_day,
        now=now,
    )
    with transaction.atomic():
        row = Timetable.objects.create(
            institution_id=institution_id,
            region=region,
            first_day=first_day,
            task=task_form().dump_python(task, mode="json"),
            asked_by_id=actor.person_id,
            asked_at=now,
        )
        row.refresh_from_db(fields=["uuid", "task"])
        enqueue("classes.solve_timetable", {"timetable_id": row.pk})
        record_deed(
            actor=actor,
            verb="ask_timetable",
            object_kind="timetable",
            object_id=row.pk,
            region=region,
            now=now,
            detail={"classes": len(task.classes), "rooms": len(task.rooms), "first_day": first_day.isoformat()},
        )
    return timetable_view(row)
