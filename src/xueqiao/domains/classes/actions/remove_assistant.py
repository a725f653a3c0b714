from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes.actions.publish_class_run import locked_run
from xueqiao.domains.classes.models import SessionAssistant
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.foundation.audit.api import Actor, record_deed


def remove_assistant(*, actor: Actor, code: str, person_id: int, session_ids: Sequence[int] = (), now: datetime) -> int:
    """Let somebody help no more in a class's coming meetings, or in those named; past ones stay as they were.

    Returns in how many. Safe to repeat. Locks the run's row. Raises NotAllowed, UnknownClass.
    """
    with transaction.atomic():
        run = locked_run(code)
        rules.require_may_plan(actor, run.region)
        rows = SessionAssistant.objects.filter(session__run=run, session__starts_at__gt=now, person_id=person_id)
        if session_ids:
            rows = rows.filter(session_id__in=list(session_ids)[:500])
        gone, _ = rows.delete()
        if gone:
            record_deed(
                actor=actor,
                verb="remove_assistant",
                object_kind="class_run",
                object_id=run.id,
                region=run.region,
                now=now,
                detail={"code": run.code, "person": person_id, "sessions": gone},
            )
        return gone


def becomes_teacher(*, session_id: int, person_id: int) -> None:
    """Whoever teaches a meeting does not assist in it any more. Needs an open transaction; before the change."""
    SessionAssistant.objects.filter(session_id=session_id, person_id=person_id).delete()
