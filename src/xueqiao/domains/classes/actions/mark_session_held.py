from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes.actions.cancel_session import locked_session
from xueqiao.domains.classes.errors.runs import SessionNotBegun, SessionWasCancelled
from xueqiao.domains.classes.events import SessionHeld
from xueqiao.domains.classes.queries import get_session
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.runs import SessionView
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event


def mark_session_held(*, actor: Actor, session_id: int, now: datetime) -> SessionView:
    """A meeting took place: a signed roll says so by itself, or staff of the unit for a class without a roll.

    Marking twice changes nothing. Locks the run's row, then the session's. Raises NotAllowed, UnknownSession,
    SessionNotBegun, SessionWasCancelled.
    """
    with transaction.atomic():
        run, session = locked_session(session_id)
        rules.require_may_plan(actor, run.region)
        if session.state == "cancelled":
            raise SessionWasCancelled
        if session.starts_at > now:
            raise SessionNotBegun
        if session.state == "planned":
            session.state = "held"
            session.save(update_fields=["state"])
            record_event(SessionHeld(session.id, run.id, run.region), region=run.region, now=now)
            record_deed(
                actor=actor,
                verb="mark_session_held",
                object_kind="session",
                object_id=session.id,
                region=run.region,
                now=now,
                detail={"run": run.code, "number": session.number},
            )
        return get_session(session.id)
