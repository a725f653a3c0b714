from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from xueqiao.domains.classes.actions.publish_class_run import locked_run
from xueqiao.domains.classes.actions.refresh_listings import list_runs
from xueqiao.domains.classes.errors.runs import NotInThisState
from xueqiao.domains.classes.queries import get_class_by_id
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.runs import ClassDetail
from xueqiao.foundation.audit.api import Actor, record_deed


def stop_enrolment(*, actor: Actor, code: str, now: datetime) -> ClassDetail:
    """Take no more learners into a published class from now on; those in it stay. Doing it twice changes nothing.

    Locks the run's row. Raises NotAllowed, UnknownClass, NotInThisState.
    """
    with transaction.atomic():
        run = locked_run(code)
        rules.require_may_plan(actor, run.region)
        if run.state != "published":
            raise NotInThisState(state=rules.STATE_WORDS[run.state])
        if run.enrol_closes_at > now:
            run.enrol_closes_at = max(now, run.enrol_opens_at + timedelta(seconds=1))
            run.save(update_fields=["enrol_closes_at"])
            list_runs([run.id], now=now)
            record_deed(
                actor=actor,
                verb="stop_enrolment",
                object_kind="class_run",
                object_id=run.id,
                region=run.region,
                now=now,
                detail={"code": run.code},
            )
        return get_class_by_id(run.id, now=now)
