from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from xueqiao.domains.classes.actions.cancel_session import locked_session
from xueqiao.domains.classes.actions.open_class_run import raise_clash, require_no_clash
from xueqiao.domains.classes.actions.refresh_listings import list_runs
from xueqiao.domains.classes.actions.remove_assistant import becomes_teacher
from xueqiao.domains.classes.errors.runs import BadClassPlan, RoomTooSmall, SessionIsOver
from xueqiao.domains.classes.events import SessionMoved
from xueqiao.domains.classes.models import ClassRun
from xueqiao.domains.classes.queries import get_session
from xueqiao.domains.classes.queries.assistants import busy_assistant
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.runs import SessionView
from xueqiao.domains.institutions.api import rooms_by_id
from xueqiao.domains.people.api import homes_of
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.outbox.api import record_event


def move_session(
    *,
    actor: Actor,
    session_id: int,
    starts_at: datetime,
    room_id: int | None = None,
    teacher_id: int | None = None,
    reason: str,
    now: datetime,
) -> SessionView:
    """Give one meeting another time, room or teacher, keeping its length. Learners are told by the event.

    Locks the run's row, then the session's. Raises NotAllowed, ReasonNeeded, UnknownSession, SessionIsOver,
    BadClassPlan, RoomTooSmall, RoomTaken, TeacherTaken; then nothing moved.
    """
    clean = rules.require_reason(reason)
    with transaction.atomic():
        run, session = locked_session(session_id)
        rules.require_may_plan(actor, run.region)
        if session.state != "planned" or session.starts_at <= now:
            raise SessionIsOver
        if starts_at <= now:
            raise BadClassPlan(what="新的时间已经过去")
        room_id, teacher_id = room_id or session.room_id, teacher_id or session.teacher_id
        require_fit(
            run,
            room_id=room_id if room_id != session.room_id else None,
            teacher_id=teacher_id if teacher_id != session.teacher_id else None,
        )
        old_starts_at, ends_at = session.starts_at, starts_at + (session.ends_at - session.starts_at)
        wanted = {"room_id": room_id, "teacher_id": teacher_id, "except_session_id": session.id}
        require_no_clash([(starts_at, ends_at)], **wanted)
        becomes_teacher(session_id=session.id, person_id=teacher_id)
        _require_assistants(session.id, starts_at, ends_at)
        session.starts_at, session.ends_at = starts_at, ends_at
        session.room_id, session.teacher_id = room_id, teacher_id
        try:
            with transaction.atomic():
                session.save(update_fields=["starts_at", "ends_at", "room", "teacher"])
        except IntegrityError as error:
            _require_assistants(session.id, starts_at, ends_at)
            raise_clash(error, [(starts_at, ends_at)], **wanted)
        stretch_dates(run, starts_at)
        if run.state == "published":
            list_runs([run.id], now=now)
            record_event(
                SessionMoved(
                    session_id=session.id,
                    run_id=run.id,
                    region=run.region,
                    old_starts_at=old_starts_at,
                    new_starts_at=starts_at,
                    room_id=room_id,
                    teacher_id=teacher_id,
                    reason=clean,
                ),
                region=run.region,
                now=now,
            )
        record_deed(
            actor=actor,
            verb="move_session",
            object_kind="session",
            object_id=session.id,
            region=run.region,
            now=now,
            detail={"run": run.code, "number": session.number, "reason": clean},
        )
        return get_session(session.id)


def _require_assistants(session_id: int, starts_at: datetime, ends_at: datetime) -> None:
    """Raise BadClassPlan with the assistant who cannot come at the new time. A first look; the constraint decides."""
    busy = busy_assistant(session_id, starts_at, ends_at)
    if busy is not None:
        when = rules.when_words(busy.starts_at, busy.ends_at)
        raise BadClassPlan(what=f"助教{busy.name}在{when}已经有《{busy.title}》，请先换助教，或换个时间")


def require_fit(run: ClassRun, *, room_id: int | None, teacher_id: int | None) -> None:
    """Raise BadClassPlan or RoomTooSmall when a new room or teacher cannot serve the class; None is not asked."""
    if room_id is not None:
        room = rooms_by_id([room_id]).get(room_id)
        if room is None or room.venue.institution_id != run.institution_id:
            raise BadClassPlan(what="这间教室不属于本单位，请从本单位的教室里选")
        if room.seats < run.capacity:
            raise RoomTooSmall(room=room.name, seats=room.seats, capacity=run.capacity)
    if teacher_id is not None and teacher_id not in homes_of([teacher_id]):
        raise BadClassPlan(what="没有这位老师，请从教师名单里选")


def stretch_dates(run: ClassRun, moment: datetime) -> None:
    """Let a locked run's first and last day take in a meeting at `moment`."""
    day = local_date(moment)
    if day < run.starts_on or day > run.ends_on:
        run.starts_on, run.ends_on = min(day, run.starts_on), max(day, run.ends_on)
        run.save(update_fields=["starts_on", "ends_on"])
