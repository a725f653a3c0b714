from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from xueqiao.domains.institutions import rules
from xueqiao.domains.institutions.errors import InstitutionCodeTaken
from xueqiao.domains.institutions.events import InstitutionOpened
from xueqiao.domains.institutions.models import Institution, InstitutionArea
from xueqiao.domains.institutions.queries import view_of
from xueqiao.domains.institutions.values import InstitutionView
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.region_code import RegionCode
from xueqiao.foundation.regions.api import get_unit, point_of


def open_institution(
    *,
    actor: Actor,
    code: str,
    name: str,
    kind: str,
    region: int,
    opened_on: date,
    now: datetime,
    covers: Sequence[int] = (),
    address: str = "",
    phone: str = "",
    serves_elders: bool = False,
) -> InstitutionView:
    """Enter a body into the network, open from a day on, covering the given units from that day.

    Parents are assigned afterwards (`assign_parent`). Raises InvalidInput for a bad code, name or kind; UnitUnknown for
    a region that does not exist; InstitutionCodeTaken; NotAllowed outside the actor's range.
    """
    rules.require_sound_institution(code=code, name=name, kind=kind)
    units = [RegionCode.parse(unit) for unit in dict.fromkeys((region, *covers))]
    for unit in units:
        get_unit(unit)
        rules.require_may_govern(actor, unit)
    point = point_of(region)
    with transaction.atomic():
        row, is_new = Institution.objects.get_or_create(
            code=code,
            defaults={
                "name": name.strip(),
                "kind": kind,
                "region": int(units[0]),
                "opened_on": opened_on,
                "address": address[:160],
                "phone": phone[:30],
                "lon": None if point is None else Decimal(str(point.lon)),
                "lat": None if point is None else Decimal(str(point.lat)),
                "serves_elders": serves_elders,
            },
        )
        if not is_new:
            raise InstitutionCodeTaken(institution_code=code)
        InstitutionArea.objects.bulk_create(
            InstitutionArea(institution=row, region=int(RegionCode.parse(unit)), valid_from=opened_on)
            for unit in dict.fromkeys(covers)
        )
        record_event(InstitutionOpened(row.pk, kind, row.region), region=row.region, now=now)
        record_deed(
            actor=actor,
            verb="open_institution",
            object_kind="institution",
            object_id=row.pk,
            region=row.region,
            now=now,
            detail={"code": code, "opened_on": opened_on.isoformat(), "covers": [int(unit) for unit in covers]},
        )
    return view_of(row)
