from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes.actions.cancel_session import locked_session
from xueqiao.domains.classes.actions.make_up_session import require_owed
from xueqiao.domains.classes.events import SessionGivenBack
from xueqiao.domains.classes.queries import delivery_of, get_session
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.runs import SessionView
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event


def give_back_session(*, actor: Actor, session_id: int, now: datetime) -> SessionView:
    """不补了: a cancelled meeting is not made up for; its share of the price goes back to the payers by the event.

    Locks the run's row, then the session's. Raises NotAllowed, UnknownSession, NotInThisState, SessionNotCancelled,
    SessionSettled; then nothing moved.
    """
    with transaction.atomic():
        run, missed = locked_session(session_id)
        rules.require_may_plan(actor, run.region)
        require_owed(run, missed)
        sold = delivery_of(run.id, now=now).sold
        missed.given_back_at = now
        missed.save(update_fields=["given_back_at"])
        record_event(
            SessionGivenBack(
                session_id=missed.id, run_id=run.id, region=run.region, starts_at=missed.starts_at, sold=sold
            ),
            region=run.region,
            now=now,
        )
        record_deed(
            actor=actor,
            verb="give_back_session",
            object_kind="session",
            object_id=missed.id,
            region=run.region,
            now=now,
            detail={"run": run.code, "number": missed.number, "sold": sold},
        )
        return get_session(missed.id)
