from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max

from xueqiao.domains.classes.actions.cancel_session import locked_session
from xueqiao.domains.classes.actions.move_session import require_fit, stretch_dates
from xueqiao.domains.classes.actions.open_class_run import raise_clash, require_no_clash
from xueqiao.domains.classes.actions.refresh_listings import list_runs
from xueqiao.domains.classes.errors.changes import SessionNotCancelled, SessionSettled
from xueqiao.domains.classes.errors.runs import BadClassPlan, NotInThisState
from xueqiao.domains.classes.events import SessionMadeUp
from xueqiao.domains.classes.models import ClassRun, Session
from xueqiao.domains.classes.queries import get_session
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.runs import SessionView
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event

AFTER_START_MAX = timedelta(days=400)


def make_up_session(
    *,
    actor: Actor,
    session_id: int,
    starts_at: datetime,
    room_id: int | None = None,
    teacher_id: int | None = None,
    now: datetime,
) -> SessionView:
    """补课: append a meeting that makes up for a cancelled one, as long as it was. Learners are told by the event.

    Room and teacher are the cancelled meeting's unless given. Locks the run's row, then the session's. Raises
    NotAllowed, UnknownSession, NotInThisState, SessionNotCancelled, SessionSettled, BadClassPlan, RoomTooSmall,
    RoomTaken, TeacherTaken; then nothing moved.
    """
    with transaction.atomic():
        run, missed = locked_session(session_id)
        rules.require_may_plan(actor, run.region)
        require_owed(run, missed)
        if not now < starts_at <= now + AFTER_START_MAX:
            raise BadClassPlan(what="补课时间要在现在之后、一年之内")
        room_id, teacher_id = room_id or missed.room_id, teacher_id or missed.teacher_id
        require_fit(run, room_id=room_id, teacher_id=teacher_id)
        ends_at = starts_at + (missed.ends_at - missed.starts_at)
        wanted = {"room_id": room_id, "teacher_id": teacher_id}
        require_no_clash([(starts_at, ends_at)], **wanted)
        last = Session.objects.filter(run=run).aggregate(last=Max("number"))["last"]
        try:
            with transaction.atomic():
                session = Session.objects.create(
                    run=run,
                    number=last + 1,
                    starts_at=starts_at,
                    ends_at=ends_at,
                    room_id=room_id,
                    teacher_id=teacher_id,
                    makes_up_for=missed,
                )
        except IntegrityError as error:
            raise_clash(error, [(starts_at, ends_at)], **wanted)
        stretch_dates(run, starts_at)
        list_runs([run.id], now=now)
        record_event(
            SessionMadeUp(
                session_id=session.id,
                run_id=run.id,
                region=run.region,
                missed_session_id=missed.id,
                starts_at=starts_at,
            ),
            region=run.region,
            now=now,
        )
        record_deed(
            actor=actor,
            verb="make_up_session",
            object_kind="session",
            object_id=session.id,
            region=run.region,
            now=now,
            detail={"run": run.code, "missed": missed.number, "number": session.number},
        )
        return get_session(session.id)


def require_owed(run: ClassRun, missed: Session) -> None:
    """Raise unless the meeting of a published class was cancelled and neither made up for nor given back."""
    if run.state != "published":
        raise NotInThisState(state=rules.STATE_WORDS[run.state])
    if missed.state != "cancelled":
        raise SessionNotCancelled
    if missed.given_back_at is not None or Session.objects.filter(makes_up_for=missed).exists():
        raise SessionSettled
