from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes.actions.publish_class_run import locked_run
from xueqiao.domains.classes.errors.runs import NotInThisState
from xueqiao.domains.classes.queries import get_class_by_id
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.runs import ClassDetail
from xueqiao.foundation.audit.api import Actor, record_deed


def return_class_run(*, actor: Actor, code: str, reason: str, now: datetime) -> ClassDetail:
    """Hand a class that waits for approval back as a draft, with a reason the centre can read in the audit.

    Locks the run's row. Raises NotAllowed, ReasonNeeded, UnknownClass, NotInThisState.
    """
    clean = rules.require_reason(reason)
    with transaction.atomic():
        run = locked_run(code)
        rules.require_may_approve(actor, run.region)
        if run.state != "awaiting":
            raise NotInThisState(state=rules.STATE_WORDS[run.state])
        run.state, run.submitted_by = "draft", None
        run.save(update_fields=["state", "submitted_by"])
        record_deed(
            actor=actor,
            verb="return_class_run",
            object_kind="class_run",
            object_id=run.id,
            region=run.region,
            now=now,
            detail={"code": run.code, "reason": clean},
        )
        return get_class_by_id(run.id, now=now)
