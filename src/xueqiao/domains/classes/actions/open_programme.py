from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from xueqiao.domains.classes.errors.programmes import ProgrammeCodeTaken
from xueqiao.domains.classes.models import Programme, ProgrammeSite
from xueqiao.domains.classes.queries.programmes import get_programme
from xueqiao.domains.classes.rules import programmes as programme_rules
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.programmes import ProgrammeView
from xueqiao.domains.institutions.api import get_institution_by_id
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date


def open_programme(
    *,
    actor: Actor,
    code: str,
    name: str,
    institution_id: int,
    summary: str,
    source: str = "",
    is_demo: bool = False,
    now: datetime,
) -> ProgrammeView:
    """Found a named brand of classes; its main school is its first site.

    The unique code is the judge of two who found it at once. Raises NotAllowed, BadProgramme, ProgrammeCodeTaken,
    InstitutionUnknown; then nothing was written.
    """
    centre = get_institution_by_id(institution_id)
    rules.require_may_plan(actor, centre.region)
    clean = programme_rules.require_code(code)
    called = programme_rules.require_text(name, "名称", low=2, high=30)
    words = programme_rules.require_text(summary, "介绍", low=4, high=200)
    document = programme_rules.require_text(source, "依据", low=0, high=160)
    today = local_date(now)
    try:
        with transaction.atomic():
            row = Programme.objects.create(
                code=clean,
                name=called,
                institution_id=institution_id,
                region=centre.region,
                summary=words,
                source=document,
                opened_on=today,
                is_demo=is_demo,
            )
            ProgrammeSite.objects.create(programme=row, institution_id=institution_id, is_main=True, joined_on=today)
            record_deed(
                actor=actor,
                verb="open_programme",
                object_kind="programme",
                object_id=row.pk,
                region=row.region,
                now=now,
                detail={"code": clean, "name": called},
            )
    except IntegrityError as error:
        if "classes_programme_code" not in str(error):
            raise
        raise ProgrammeCodeTaken(taken=clean) from error
    return get_programme(clean)
