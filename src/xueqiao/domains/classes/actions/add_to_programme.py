from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from xueqiao.domains.classes.actions.leave_programme import locked_site
from xueqiao.domains.classes.errors.batches import NothingChosen
from xueqiao.domains.classes.errors.programmes import NotASite, RunInAnother
from xueqiao.domains.classes.errors.runs import UnknownClass
from xueqiao.domains.classes.models import ClassRun, ProgrammeRun
from xueqiao.domains.classes.queries.programmes import get_programme, programme_of_run
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.programmes import ProgrammeView
from xueqiao.domains.institutions.api import get_institution_by_id
from xueqiao.foundation.audit.api import Actor, record_deed


def add_to_programme(*, actor: Actor, programme_code: str, class_codes: Sequence[str], now: datetime) -> int:
    """Put classes of a site under the programme; all of them or none. Returns how many.

    For those who plan the classes: a site decides which of its own it gives under the name. Locks the sites' rows, so
    that none leaves meanwhile. Raises NotAllowed, UnknownProgramme, UnknownClass, NotASite, RunInAnother,
    NothingChosen.
    """
    programme = get_programme(programme_code)
    codes = sorted({code[:20] for code in class_codes})
    if not codes:
        raise NothingChosen
    with transaction.atomic():
        runs = list(ClassRun.objects.filter(code__in=codes).order_by("institution_id", "id"))
        missing = set(codes) - {run.code for run in runs}
        if missing:
            raise UnknownClass(code=min(missing))
        for run in runs:
            rules.require_may_plan(actor, run.region)
            _add(actor, programme, run, now)
        return len(runs)


def carry_on(*, actor: Actor, source_run_id: int, run_id: int, now: datetime) -> None:
    """Let a class that continues another one stand under the same programme, while its school is still a site there.

    Needs an open transaction. A school that left meanwhile gives the class under its own name: no refusal.
    """
    programme = programme_of_run(source_run_id)
    if programme is None or programme.closed_on is not None:
        return
    run = ClassRun.objects.get(pk=run_id)
    if locked_site(programme.id, run.institution_id) is not None:
        _add(actor, programme, run, now)


def _add(actor: Actor, programme: ProgrammeView, run: ClassRun, now: datetime) -> None:
    site = locked_site(programme.id, run.institution_id)
    if site is None:
        raise NotASite(institution=get_institution_by_id(run.institution_id).name, programme=programme.name)
    try:
        with transaction.atomic():
            ProgrammeRun.objects.create(
                run=run, site=site, institution_id=run.institution_id, added_at=now, added_by_id=actor.person_id
            )
    except IntegrityError as error:
        other = programme_of_run(run.id)
        if other is None:
            raise
        raise RunInAnother(title=run.title, programme=other.name) from error
    record_deed(
        actor=actor,
        verb="add_to_programme",
        object_kind="class_run",
        object_id=run.id,
        region=run.region,
        now=now,
        detail={"programme": programme.code, "code": run.code},
    )
