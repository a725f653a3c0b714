"""Change a recorded state; late changes need a reason, and the learner sees both."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from xueqiao.domains.learning import parameters, rules
from xueqiao.domains.learning.errors import (
    AlreadyCompleted,
    NothingRecordedYet,
    ReasonNeeded,
    ReasonTooLong,
    UnknownMark,
)
from xueqiao.domains.learning.events import AttendanceCorrected
from xueqiao.domains.learning.models import Attendance, Completion
from xueqiao.domains.learning.queries.attendance import access_roll, plan_of, require_may_call_roll, whole_parameter
from xueqiao.domains.learning.values import STATES, Roll, SessionPlan
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.locks import LockSpace, lock, require_transaction
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.scope import Scope

REASON_LENGTH_MAX = 100


def correct_attendance(
    *, actor: Actor, session_id: int, person_id: int, state: str, reason: str, now: datetime
) -> Roll:
    """Change one learner's recorded state. The same state again changes nothing.

    Raises SessionUnknown, NotYourSession, UnknownMark, NothingRecordedYet, ReasonNeeded, ReasonTooLong, and
    AlreadyCompleted when presence would be taken from somebody whose completion rests on it.
    """
    plan = plan_of(session_id, now=now)
    require_may_call_roll(actor, plan)
    if state not in STATES:
        raise UnknownMark
    with transaction.atomic():
        lock(LockSpace.CLASS_ROLL, [session_id])
        everything = Scope.everything("the caller may call this roll")
        row = Attendance.objects.within(everything).filter(session_id=session_id, person_id=person_id).first()
        if row is None:
            raise NothingRecordedYet
        apply_corrections(plan, {person_id: row.state}, {person_id: state}, actor=actor, reason=reason, now=now)
    return access_roll(actor=actor, session_id=session_id, now=now)


def apply_corrections(
    plan: SessionPlan,
    before: Mapping[int, str],
    after: Mapping[int, str],
    *,
    actor: Actor,
    reason: str,
    now: datetime,
) -> None:
    """Write the changes between two sets of states. Needs the roll's lock."""
    require_transaction()
    changes = rules.changed_states(before, after)
    if not changes:
        return
    reason = reason.strip()
    if len(reason) > REASON_LENGTH_MAX:
        raise ReasonTooLong
    day = local_date(plan.starts_at)
    edit_hours = whole_parameter(parameters.edit_hours.name, plan.region, day, plan.institution_id)
    if not reason and not rules.is_edit_free(plan.ends_at, edit_hours, now):
        raise ReasonNeeded
    everything = Scope.everything("the caller may call this roll")
    fewer = [person for person, (old, new) in changes.items() if rules.is_downgrade(old, new)]
    if fewer and Completion.objects.within(everything).filter(run_id=plan.run_id, person_id__in=fewer).exists():
        raise AlreadyCompleted
    late_lost = whole_parameter(parameters.late_minutes_lost.name, plan.region, day, plan.institution_id)
    rows = Attendance.objects.within(everything).select_for_update().filter(session_id=plan.session_id)
    for row in rows.filter(person_id__in=changes).order_by("person_id"):
        old, new = changes[row.person_id]
        row.previous_state, row.state = old, new
        row.minutes = rules.minutes_by_rule(new, plan.minutes, late_lost)
        row.change_reason, row.changed_at = reason, now
        row.save(update_fields=["previous_state", "state", "minutes", "change_reason", "changed_at"])
        record_event(
            AttendanceCorrected(
                attendance_id=row.pk,
                session_id=plan.session_id,
                run_id=plan.run_id,
                person_id=row.person_id,
                state_before=old,
                state_after=new,
                minutes=row.minutes,
                reason=reason,
                attended_on=row.attended_on,
            ),
            region=plan.region,
            now=now,
        )
        record_deed(
            actor=actor,
            verb="correct_attendance",
            object_kind="attendance",
            object_id=row.pk,
            region=plan.region,
            acting_for_id=row.person_id,
            now=now,
            detail={"before": old, "after": new, "reason": reason},
        )
