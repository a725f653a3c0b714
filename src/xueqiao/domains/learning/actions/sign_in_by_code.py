"""A learner scans the teacher's code and is signed in."""

from datetime import datetime

from django.db import transaction

from xueqiao.domains.learning import parameters, rules
from xueqiao.domains.learning.actions.insert_marks import NewMark, insert_marks
from xueqiao.domains.learning.errors import (
    CodeExpired,
    NotOnRoll,
    SessionCancelled,
    SessionUnknown,
    SignInTooEarly,
    SignInTooLate,
)
from xueqiao.domains.learning.models import Attendance, SessionCode
from xueqiao.domains.learning.queries.attendance import plan_of, roster_ids, whole_parameter
from xueqiao.domains.learning.values import BY_QR, LATE, PRESENT, SignIn
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local, local_date
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.scope import Scope


def sign_in_by_code(*, actor: Actor, token: str, person_id: int, now: datetime) -> SignIn:
    """Sign `person_id` in with a scanned token; a second scan answers when the first one was, and writes nothing.

    The token is good in its own 30-second step and the one after. Taken from 30 minutes before the start until the end
    (parameter); after the session began by more than the late minutes the state is "late". Raises SessionUnknown,
    SessionCancelled, SignInTooEarly, SignInTooLate, CodeExpired, NotOnRoll, or what `require_may_act_for` raises.
    """
    parts = rules.parts_of(token)
    if parts is None:
        raise SessionUnknown
    session_id, step, code = parts
    plan = plan_of(session_id, now=now)
    authority = people.require_may_act_for(actor, person_id, now=now)
    if plan.is_cancelled:
        raise SessionCancelled
    day = local_date(plan.starts_at)
    card = people.access_persons(Actor.system("sign_in_by_code"), [person_id])[person_id]
    with transaction.atomic():
        before = _recorded(session_id, person_id)
        if before is None:
            opens_minutes = whole_parameter(
                parameters.sign_in_opens_minutes.name, plan.region, day, plan.institution_id
            )
            opens_at, closes_at = rules.sign_in_window(plan.starts_at, plan.ends_at, opens_minutes)
            if now < opens_at:
                raise SignInTooEarly(opens=f"{local(opens_at):%H:%M}")
            if now > closes_at:
                raise SignInTooLate(ended=f"{local(plan.ends_at):%H:%M}")
            secret = SessionCode.objects.filter(session_id=session_id).first()
            if secret is None or not rules.is_code_live(bytes(secret.secret), session_id, step, code, now):
                raise CodeExpired
            if person_id not in roster_ids(plan.run_id):
                raise NotOnRoll(name=card.name)
            late_lost = whole_parameter(parameters.late_minutes_lost.name, plan.region, day, plan.institution_id)
            is_late = (now - plan.starts_at).total_seconds() > late_lost * 60
            mark = NewMark(person_id, LATE if is_late else PRESENT, card.region)
            lock(LockSpace.CLASS_ROLL, [session_id])
            written = insert_marks(
                plan, [mark], method=BY_QR, late_minutes_lost=late_lost, recorded_by_id=actor.person_id, now=now
            )
            if written:
                record_deed(
                    actor=actor,
                    verb="sign_in_by_code",
                    object_kind="attendance",
                    object_id=written[0].pk,
                    region=plan.region,
                    acting_for_id=person_id if authority != "self" else None,
                    now=now,
                )
                return SignIn(plan, person_id, card.name, mark.state, now, is_repeat=False)
            before = _recorded(session_id, person_id)  # two phones at once: the other scan was first
    if before is None:
        raise CodeExpired
    return SignIn(plan, person_id, card.name, before.state, before.recorded_at, is_repeat=True)


def _recorded(session_id: int, person_id: int) -> Attendance | None:
    rows = Attendance.objects.within(Scope.everything("the caller was checked"))
    return rows.filter(session_id=session_id, person_id=person_id).first()
