from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes.actions.cancel_session import locked_session
from xueqiao.domains.classes.errors.runs import SessionNotHeld
from xueqiao.domains.classes.events import SessionReopened
from xueqiao.domains.classes.queries import get_session
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.runs import SessionView
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event


def reopen_session(*, actor: Actor, session_id: int, reason: str, now: datetime) -> SessionView:
    """Take back that a meeting was held: what it had earned is held again, and its teacher's pay is corrected.

    The meeting is planned again; when it never took place, `miss_session` says so next. Locks the run's row, then the
    session's. Raises NotAllowed, ReasonNeeded, UnknownSession, SessionNotHeld.
    """
    clean = rules.require_reason(reason)
    with transaction.atomic():
        run, session = locked_session(session_id)
        rules.require_may_plan(actor, run.region)
        if session.state != "held":
            raise SessionNotHeld
        session.state = "planned"
        session.save(update_fields=["state"])
        record_event(SessionReopened(session.id, run.id, run.region, clean), region=run.region, now=now)
        record_deed(
            actor=actor,
            verb="reopen_session",
            object_kind="session",
            object_id=session.id,
            region=run.region,
            now=now,
            detail={"run": run.code, "number": session.number, "reason": clean},
        )
        return get_session(session.id)
