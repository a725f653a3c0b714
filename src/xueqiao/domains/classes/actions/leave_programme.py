from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes.errors.programmes import BadProgramme, NotASite, SiteHasClasses
from xueqiao.domains.classes.models import ProgrammeSite
from xueqiao.domains.classes.queries.programmes import get_programme
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.institutions.api import get_institution
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date


def leave_programme(*, actor: Actor, programme_code: str, institution_code: str, now: datetime) -> None:
    """A site gives no more classes of a programme; what it gave stays counted. The main school never leaves.

    Locks the site's row, which adding a class locks too. Raises NotAllowed, UnknownProgramme, NotASite, SiteHasClasses,
    BadProgramme; then nothing moved.
    """
    programme = get_programme(programme_code)
    rules.require_may_plan(actor, programme.region)
    school = get_institution(institution_code)
    with transaction.atomic():
        site = locked_site(programme.id, school.id)
        if site is None:
            raise NotASite(institution=school.name, programme=programme.name)
        if site.is_main:
            raise BadProgramme(what=f"{school.name}是主校，不能退出自己的品牌")
        today = local_date(now)
        to_come = site.runs.filter(run__state__in=["draft", "awaiting", "published"], run__ends_on__gte=today).count()
        if to_come:
            raise SiteHasClasses(institution=school.name, programme=programme.name, classes=to_come)
        site.left_on = today
        site.save(update_fields=["left_on"])
        record_deed(
            actor=actor,
            verb="leave_programme",
            object_kind="programme",
            object_id=programme.id,
            region=programme.region,
            now=now,
            detail={"programme": programme.code, "institution": school.code},
        )


def locked_site(programme_id: int, institution_id: int) -> ProgrammeSite | None:
    """The living site of a school in a programme with its row locked, or None. Needs an open transaction."""
    rows = ProgrammeSite.objects.select_for_update(of=("self",), no_key=True)
    found: ProgrammeSite | None = rows.filter(
        programme_id=programme_id, institution_id=institution_id, left_on=None
    ).first()
    return found
