from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes.actions.cancel_session import locked_session
from xueqiao.domains.classes.actions.remove_assistant import becomes_teacher
from xueqiao.domains.classes.errors.pay import BadContract, NotTaughtYet
from xueqiao.domains.classes.errors.runs import SessionWasCancelled, TeacherTaken
from xueqiao.domains.classes.events import SessionTaughtByAnother
from xueqiao.domains.classes.queries import clashes, get_session
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.runs import SessionView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local, local_date
from xueqiao.foundation.outbox.api import record_event


def substitute_teacher(*, actor: Actor, session_id: int, teacher_id: int, reason: str, now: datetime) -> SessionView:
    """A meeting that has begun was taught by somebody else than planned: who taught is paid, nobody else.

    The planned teacher's pay is taken back by the event. Naming the same teacher again changes nothing. Locks the run's
    row, then the session's. Raises NotAllowed, ReasonNeeded, UnknownSession, NotTaughtYet (use move_session),
    SessionWasCancelled, BadContract for somebody who is no teacher there, TeacherTaken.
    """
    clean = rules.require_reason(reason)
    with transaction.atomic():
        run, session = locked_session(session_id)
        rules.require_may_plan(actor, run.region)
        if session.state == "cancelled":
            raise SessionWasCancelled
        if session.starts_at > now:
            raise NotTaughtYet
        teachers = people.teachers_in(run.region, institution_id=run.institution_id, on=local_date(now))
        if teacher_id not in dict(teachers):
            raise BadContract(what="代课的老师没有在本单位登记任教，请先登记")
        if session.teacher_id == teacher_id:
            return get_session(session.pk)
        busy = clashes(
            [(session.starts_at, session.ends_at)], room_id=None, teacher_id=teacher_id, except_session_id=session.pk
        )
        if busy:
            raise TeacherTaken(
                teacher=busy[0].teacher_name, when=f"{local(busy[0].starts_at):%m-%d %H:%M}", title=busy[0].title
            )
        planned, session.teacher_id = session.teacher_id, teacher_id
        becomes_teacher(session_id=session.pk, person_id=teacher_id)
        session.save(update_fields=["teacher"])
        record_event(
            SessionTaughtByAnother(session.pk, run.pk, run.region, planned, teacher_id), region=run.region, now=now
        )
        record_deed(
            actor=actor,
            verb="substitute_teacher",
            object_kind="session",
            object_id=session.pk,
            region=run.region,
            now=now,
            detail={"run": run.code, "number": session.number, "planned": planned, "by": teacher_id, "reason": clean},
        )
        return get_session(session.pk)
