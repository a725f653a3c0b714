from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from xueqiao.domains.classes.errors.programmes import SiteAlreadyIn, SiteOutside
from xueqiao.domains.classes.models import ProgrammeSite
from xueqiao.domains.classes.queries.programmes import get_programme, sites_of
from xueqiao.domains.classes.rules import programmes as programme_rules
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.programmes import SiteView
from xueqiao.domains.institutions.api import get_institution
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.regions.api import full_name


def add_programme_site(
    *, actor: Actor, programme_code: str, institution_code: str, called: str = "", now: datetime
) -> SiteView:
    """Let one more school give classes of a programme; `called` is the name it carries there, "" for its own.

    For those who plan in the programme's unit. A school that left may come back: a new row, so that what it gave before
    stays dated. Raises NotAllowed, UnknownProgramme, InstitutionUnknown, SiteOutside, SiteAlreadyIn, BadProgramme.
    """
    programme = get_programme(programme_code)
    rules.require_may_plan(actor, programme.region)
    site = get_institution(institution_code)
    if not programme_rules.lies_in(programme.region, site.region):
        raise SiteOutside(institution=site.name, unit=full_name(programme.region))
    name = programme_rules.require_text(called, "点名", low=0, high=30)
    try:
        with transaction.atomic():
            row = ProgrammeSite.objects.create(
                programme_id=programme.id, institution_id=site.id, called=name, joined_on=local_date(now)
            )
            record_deed(
                actor=actor,
                verb="add_programme_site",
                object_kind="programme",
                object_id=programme.id,
                region=programme.region,
                now=now,
                detail={"programme": programme.code, "institution": site.code},
            )
    except IntegrityError as error:
        if "programme_site_once" not in str(error):
            raise
        raise SiteAlreadyIn(institution=site.name, programme=programme.name) from error
    return next(each for each in sites_of(programme.id, now=now) if each.id == row.pk)
