"""Write attendance rows with their events; shared by the ways of signing in. Needs the roll's lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from xueqiao.domains.learning import rules
from xueqiao.domains.learning.events import AttendanceRecorded
from xueqiao.domains.learning.models import Attendance
from xueqiao.domains.learning.values import SessionPlan
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.locks import require_transaction
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.scope import Scope


@dataclass(frozen=True)
class NewMark:
    """A state to be put on record: who, what, and where she lives today."""

    person_id: int
    state: str
    person_region: int


def insert_marks(
    plan: SessionPlan,
    marks: Sequence[NewMark],
    *,
    method: str,
    late_minutes_lost: int,
    recorded_by_id: int | None,
    now: datetime,
) -> list[Attendance]:
    """Insert rows for persons who have none yet and return those written. Needs the lock CLASS_ROLL of the session.

    A row that exists is left alone. Without the lock two scans at once would both believe they were first.
    """
    require_transaction()
    day = local_date(plan.starts_at)
    everything = Scope.everything("rows just written in this transaction")
    known = Attendance.objects.within(everything).filter(
        session_id=plan.session_id, person_id__in=[mark.person_id for mark in marks]
    )
    there = set(known.values_list("person_id", flat=True))
    rows = [
        Attendance(
            session_id=plan.session_id,
            person_id=mark.person_id,
            region=plan.region,
            person_region=mark.person_region,
            state=mark.state,
            minutes=rules.minutes_by_rule(mark.state, plan.minutes, late_minutes_lost),
            method=method,
            attended_on=day,
            recorded_at=now,
            recorded_by_id=recorded_by_id,
        )
        for mark in sorted(marks, key=lambda mark: mark.person_id)
        if mark.person_id not in there
    ]
    if not rows:
        return []
    Attendance.objects.bulk_create(rows, ignore_conflicts=True)
    written = list(
        Attendance.objects.within(everything).filter(
            session_id=plan.session_id,
            person_id__in=[row.person_id for row in rows],
            recorded_at=now,
            method=method,
        )
    )
    for row in written:
        record_event(
            AttendanceRecorded(
                attendance_id=row.pk,
                session_id=plan.session_id,
                run_id=plan.run_id,
                person_id=row.person_id,
                region=plan.region,
                person_region=row.person_region,
                state=row.state,
                minutes=row.minutes,
                attended_on=day,
            ),
            region=plan.region,
            now=now,
        )
    return written
