from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes.actions.refresh_listings import list_runs
from xueqiao.domains.classes.models import ClassRun, Session
from xueqiao.foundation.audit.api import Actor, record_deed


def admit_first_come(*, actor: Actor, run_ids: Sequence[int], now: datetime) -> list[int]:
    """Let what is left of classes be taken first come, first served, until their first meeting; return their ids.

    For enrolment, once a round has handed out its seats. Classes that are not published, or that have begun, stay as
    they are. Locks the runs' rows in order of id.
    """
    changed = []
    with transaction.atomic():
        rows = ClassRun.objects.select_for_update().filter(id__in=run_ids, state="published").order_by("id")
        for run in rows.exclude(admission="first_come"):
            first = Session.objects.filter(run=run).exclude(state="cancelled").order_by("starts_at").first()
            if first is None or first.starts_at <= now:
                continue
            run.admission, run.enrol_closes_at = "first_come", first.starts_at
            run.enrol_opens_at = min(run.enrol_opens_at, now)
            run.save(update_fields=["admission", "enrol_closes_at", "enrol_opens_at"])
            changed.append(run.id)
            record_deed(
                actor=actor,
                verb="admit_first_come",
                object_kind="class_run",
                object_id=run.id,
                region=run.region,
                now=now,
                detail={"until": first.starts_at.isoformat()},
            )
        list_runs(changed, now=now)
    return changed
