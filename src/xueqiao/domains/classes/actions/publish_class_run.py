from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes.actions.refresh_listings import list_runs
from xueqiao.domains.classes.errors.runs import BadClassPlan, NotInThisState, UnknownClass
from xueqiao.domains.classes.events import ClassRunPublished
from xueqiao.domains.classes.models import ClassRun
from xueqiao.domains.classes.queries import get_class_by_id
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.runs import ClassDetail
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event


def publish_class_run(*, actor: Actor, code: str, now: datetime) -> ClassDetail:
    """Let residents see a draft: at once when it is free of charge, after an officer's approval when it has a price.

    Locks the run's row. Raises NotAllowed, UnknownClass, NotInThisState, BadClassPlan when enrolment is already over.
    """
    with transaction.atomic():
        run = locked_run(code)
        rules.require_may_plan(actor, run.region)
        if run.state != "draft":
            raise NotInThisState(state=rules.STATE_WORDS[run.state])
        if run.enrol_closes_at <= now:
            raise BadClassPlan(what="报名截止时间已过，请先改开课日期")
        run.submitted_by_id = actor.person_id
        if run.price_fen > 0:
            run.state = "awaiting"
            run.save(update_fields=["state", "submitted_by"])
        else:
            make_public(run, now=now)
        record_deed(
            actor=actor,
            verb="publish_class_run",
            object_kind="class_run",
            object_id=run.id,
            region=run.region,
            now=now,
            detail={"code": run.code, "state": run.state, "price_fen": run.price_fen},
        )
        return get_class_by_id(run.id, now=now)


def locked_run(code: str) -> ClassRun:
    """The run of this code with its row locked. Needs an open transaction. Raises UnknownClass."""
    run = ClassRun.objects.select_for_update(of=("self",)).filter(code=code[:20]).first()
    if run is None:
        raise UnknownClass(code=code[:20])
    return run


def make_public(run: ClassRun, *, now: datetime) -> None:
    """Publish a locked run, list it on the find page, and say so."""
    run.state, run.published_at = "published", now
    run.save(update_fields=["state", "submitted_by", "approved_by", "published_at"])
    list_runs([run.id], now=now)
    record_event(
        ClassRunPublished(run_id=run.id, code=run.code, region=run.region, capacity=run.capacity),
        region=run.region,
        now=now,
    )
