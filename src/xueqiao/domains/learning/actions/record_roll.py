"""Sign the roll of a session: one submit for the whole class."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from xueqiao.domains.learning import parameters, rules
from xueqiao.domains.learning.actions.correct_attendance import apply_corrections
from xueqiao.domains.learning.actions.insert_marks import NewMark, insert_marks
from xueqiao.domains.learning.errors import (
    MarksNotOnRoll,
    SessionCancelled,
    SignInTooEarly,
    UnknownMark,
)
from xueqiao.domains.learning.events import RollSigned
from xueqiao.domains.learning.models import Attendance, RollSignature
from xueqiao.domains.learning.queries.attendance import (
    access_roll,
    plan_of,
    require_may_call_roll,
    roster_ids,
    whole_parameter,
)
from xueqiao.domains.learning.values import ABSENT, BY_LIST, EXCUSED, LATE, PRESENT, STATES, Roll
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local, local_date
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.scope import Scope


def record_roll(
    *,
    actor: Actor,
    session_id: int,
    marks: Mapping[int, str],
    seen: Collection[int] | None = None,
    reason: str = "",
    now: datetime,
) -> Roll:
    """Record a state for everyone on the roll and sign it. Whoever is not in `marks` counts as present.

    seen: the persons that stood on the screen; somebody enrolled since then stays unrecorded instead of present.

    Sent twice with the same marks it changes nothing. A different state for somebody already recorded is a correction:
    free inside the edit window, with `reason` after it. A scan is not overwritten by "present", it stays a scan. Open
    from 30 minutes before the start (parameter). Raises SessionUnknown, NotYourSession, SessionCancelled,
    SignInTooEarly, UnknownMark, MarksNotOnRoll, ReasonNeeded, AlreadyCompleted; then nothing at all was written.
    """
    plan = plan_of(session_id, now=now)
    require_may_call_roll(actor, plan)
    if plan.is_cancelled:
        raise SessionCancelled
    if any(state not in STATES for state in marks.values()):
        raise UnknownMark
    day = local_date(plan.starts_at)
    opens_minutes = whole_parameter(parameters.sign_in_opens_minutes.name, plan.region, day, plan.institution_id)
    opens_at, _ = rules.sign_in_window(plan.starts_at, plan.ends_at, opens_minutes)
    if now < opens_at:
        raise SignInTooEarly(opens=f"{local(opens_at):%H:%M}")
    with transaction.atomic():
        lock(LockSpace.CLASS_ROLL, [session_id])
        everything = Scope.everything("the caller may call this roll")
        before = dict(
            Attendance.objects.within(everything).filter(session_id=session_id).values_list("person_id", "state")
        )
        roster = roster_ids(plan.run_id) | set(before)
        strangers = set(marks) - roster
        if strangers:
            raise MarksNotOnRoll(count=len(strangers))
        if seen is not None:
            roster &= set(seen) | set(before)
        wanted = {person_id: marks.get(person_id, before.get(person_id, PRESENT)) for person_id in roster}
        apply_corrections(plan, before, wanted, actor=actor, reason=reason, now=now)
        homes = people.access_persons(Actor.system("record_roll"), set(wanted) - set(before))
        late_lost = whole_parameter(parameters.late_minutes_lost.name, plan.region, day, plan.institution_id)
        insert_marks(
            plan,
            [NewMark(person_id, wanted[person_id], card.region) for person_id, card in homes.items()],
            method=BY_LIST,
            late_minutes_lost=late_lost,
            recorded_by_id=actor.person_id,
            now=now,
        )
        present = sum(state in (PRESENT, LATE) for state in wanted.values())
        absent = sum(state in (ABSENT, EXCUSED) for state in wanted.values())
        _, is_new = RollSignature.objects.update_or_create(
            session_id=session_id,
            defaults={"present_count": present, "absent_count": absent},
            create_defaults={
                "present_count": present,
                "absent_count": absent,
                "signed_at": now,
                "signed_by_id": actor.person_id,
            },
        )
        if is_new:
            record_event(
                RollSigned(session_id=session_id, run_id=plan.run_id, present_count=present, absent_count=absent),
                region=plan.region,
                now=now,
            )
        record_deed(
            actor=actor,
            verb="record_roll",
            object_kind="session",
            object_id=session_id,
            region=plan.region,
            now=now,
            detail={"present": present, "absent": absent, "first": is_new},
        )
    return access_roll(actor=actor, session_id=session_id, now=now)
