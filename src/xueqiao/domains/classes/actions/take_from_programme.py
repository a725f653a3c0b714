from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes.errors.runs import UnknownClass
from xueqiao.domains.classes.models import ClassRun, ProgrammeRun
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.foundation.audit.api import Actor, record_deed


def take_from_programme(*, actor: Actor, class_code: str, now: datetime) -> None:
    """A class goes on without its programme's name; nothing else about it changes. Safe to repeat.

    Raises NotAllowed, UnknownClass.
    """
    with transaction.atomic():
        run = ClassRun.objects.filter(code=class_code[:20]).first()
        if run is None:
            raise UnknownClass(code=class_code[:20])
        rules.require_may_plan(actor, run.region)
        gone, _ = ProgrammeRun.objects.filter(run=run).delete()
        if gone:
            record_deed(
                actor=actor,
                verb="take_from_programme",
                object_kind="class_run",
                object_id=run.id,
                region=run.region,
                now=now,
                detail={"code": run.code},
            )
