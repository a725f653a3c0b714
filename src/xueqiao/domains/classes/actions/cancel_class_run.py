from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes.actions.publish_class_run import locked_run
from xueqiao.domains.classes.errors.changes import NothingToCancel
from xueqiao.domains.classes.errors.runs import NotInThisState
from xueqiao.domains.classes.events import ClassRunCancelled
from xueqiao.domains.classes.models import ClassListing, ListingTokens, Session
from xueqiao.domains.classes.queries import get_class_by_id
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.runs import ClassDetail
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event


def cancel_class_run(*, actor: Actor, code: str, reason: str, now: datetime) -> ClassDetail:
    """Take a class back. Meetings still to come free their room and teacher; those held stay as they were.

    Locks the run's row. Places and money follow by the event ClassRunCancelled, recorded only for a published class.
    Raises NotAllowed, ReasonNeeded, UnknownClass, NotInThisState, NothingToCancel when every meeting has begun.
    """
    clean = rules.require_reason(reason)
    with transaction.atomic():
        run = locked_run(code)
        rules.require_may_plan(actor, run.region)
        if run.state not in ("draft", "awaiting", "published"):
            raise NotInThisState(state=rules.STATE_WORDS[run.state])
        was_public = run.state == "published"
        coming = Session.objects.filter(run=run, state="planned", starts_at__gt=now)
        if was_public and not coming.exists():
            raise NothingToCancel
        run.state, run.end_reason, run.cancelled_at = "cancelled", clean, now
        run.save(update_fields=["state", "end_reason", "cancelled_at"])
        coming.update(state="cancelled", end_reason=clean, cancelled_at=now)
        ClassListing.objects.filter(run=run).delete()
        ListingTokens.objects.filter(run=run).delete()
        if was_public:
            record_event(
                ClassRunCancelled(run_id=run.id, code=run.code, region=run.region, reason=clean),
                region=run.region,
                now=now,
            )
        record_deed(
            actor=actor,
            verb="cancel_class_run",
            object_kind="class_run",
            object_id=run.id,
            region=run.region,
            now=now,
            detail={"code": run.code, "reason": clean},
        )
        return get_class_by_id(run.id, now=now)
