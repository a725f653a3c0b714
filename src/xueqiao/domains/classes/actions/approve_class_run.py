from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes.actions.publish_class_run import locked_run, make_public
from xueqiao.domains.classes.errors.runs import ApprovalNeedsAnother, BadClassPlan, NotInThisState
from xueqiao.domains.classes.queries import get_class_by_id
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.runs import ClassDetail
from xueqiao.foundation.audit.api import Actor, record_deed


def approve_class_run(*, actor: Actor, code: str, now: datetime) -> ClassDetail:
    """Publish a class with a price: an officer of the county or above, never the one who handed it in.

    Locks the run's row. Raises NotAllowed, ApprovalNeedsAnother, UnknownClass, NotInThisState, BadClassPlan.
    """
    with transaction.atomic():
        run = locked_run(code)
        rules.require_may_approve(actor, run.region)
        if run.state != "awaiting":
            raise NotInThisState(state=rules.STATE_WORDS[run.state])
        if actor.person_id is None or actor.person_id == run.submitted_by_id:
            raise ApprovalNeedsAnother
        if run.enrol_closes_at <= now:
            raise BadClassPlan(what="报名截止时间已过，请退回改开课日期")
        run.approved_by_id = actor.person_id
        make_public(run, now=now)
        record_deed(
            actor=actor,
            verb="approve_class_run",
            object_kind="class_run",
            object_id=run.id,
            region=run.region,
            now=now,
            detail={"code": run.code, "price_fen": run.price_fen, "subsidy_fen": run.subsidy_fen},
        )
        return get_class_by_id(run.id, now=now)
