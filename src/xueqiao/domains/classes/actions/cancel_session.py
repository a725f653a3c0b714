from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes.actions.refresh_listings import list_runs
from xueqiao.domains.classes.errors.runs import SessionIsOver, UnknownSession
from xueqiao.domains.classes.events import SessionCancelled
from xueqiao.domains.classes.models import ClassRun, Session
from xueqiao.domains.classes.queries import get_session
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.runs import SessionView
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event


def cancel_session(*, actor: Actor, session_id: int, reason: str, now: datetime) -> SessionView:
    """Drop one meeting that has not begun; learners are told by the event. Frees its room and teacher.

    Locks the run's row, then the session's. Raises NotAllowed, ReasonNeeded, UnknownSession, SessionIsOver.
    """
    clean = rules.require_reason(reason)
    with transaction.atomic():
        run, session = locked_session(session_id)
        rules.require_may_plan(actor, run.region)
        if session.state != "planned" or session.starts_at <= now:
            raise SessionIsOver
        session.state, session.end_reason, session.cancelled_at = "cancelled", clean, now
        session.save(update_fields=["state", "end_reason", "cancelled_at"])
        if run.state == "published":
            list_runs([run.id], now=now)
            record_event(
                SessionCancelled(
                    session_id=session.id,
                    run_id=run.id,
                    region=run.region,
                    starts_at=session.starts_at,
                    reason=clean,
                ),
                region=run.region,
                now=now,
            )
        record_deed(
            actor=actor,
            verb="cancel_session",
            object_kind="session",
            object_id=session.id,
            region=run.region,
            now=now,
            detail={"run": run.code, "number": session.number, "reason": clean},
        )
        return get_session(session.id)


def locked_session(session_id: int) -> tuple[ClassRun, Session]:
    """A meeting and its run, both rows locked, the run first. Needs an open transaction. Raises UnknownSession."""
    run_id = Session.objects.filter(id=session_id).values_list("run_id", flat=True).first()
    if run_id is None:
        raise UnknownSession
    run = ClassRun.objects.select_for_update(of=("self",)).get(id=run_id)
    return run, Session.objects.select_for_update(of=("self",)).get(id=session_id)
