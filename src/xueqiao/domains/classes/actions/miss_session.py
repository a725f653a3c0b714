from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes.actions.cancel_session import locked_session
from xueqiao.domains.classes.errors.runs import SessionNotBegun, SessionWasHeld
from xueqiao.domains.classes.events import SessionCancelled
from xueqiao.domains.classes.queries import get_session
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.runs import SessionView
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event


def miss_session(*, actor: Actor, session_id: int, reason: str, now: datetime) -> SessionView:
    """Record that a meeting whose time has come did not take place: the teacher stayed away, the power failed.

    It counts as cancelled: it earns nothing, and whoever paid gets it made up or the money back. Recording twice
    changes nothing. Locks the run's row, then the session's. Raises NotAllowed, ReasonNeeded, UnknownSession,
    SessionNotBegun (use cancel_session before the start), SessionWasHeld (reopen it first).
    """
    clean = rules.require_reason(reason)
    with transaction.atomic():
        run, session = locked_session(session_id)
        rules.require_may_plan(actor, run.region)
        if session.state == "held":
            raise SessionWasHeld
        if session.starts_at > now:
            raise SessionNotBegun
        if session.state == "planned":
            session.state = "cancelled"
            session.save(update_fields=["state"])
            record_event(
                SessionCancelled(
                    session_id=session.id, run_id=run.id, region=run.region, starts_at=session.starts_at, reason=clean
                ),
                region=run.region,
                now=now,
            )
            record_deed(
                actor=actor,
                verb="miss_session",
                object_kind="session",
                object_id=session.id,
                region=run.region,
                now=now,
                detail={"run": run.code, "number": session.number, "reason": clean},
            )
        return get_session(session.id)
