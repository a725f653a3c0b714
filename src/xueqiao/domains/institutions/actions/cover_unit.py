from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from xueqiao.domains.institutions import rules
from xueqiao.domains.institutions.actions._locked import locked, require_open
from xueqiao.domains.institutions.errors import PeriodsOverlap
from xueqiao.domains.institutions.events import UnitCovered
from xueqiao.domains.institutions.models import InstitutionArea
from xueqiao.domains.institutions.queries import areas_of
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.region_code import RegionCode
from xueqiao.foundation.regions.api import get_unit


def cover_unit(*, actor: Actor, institution_id: int, region: int, valid_from: date, now: datetime) -> list[int]:
    """Let a body cover one more unit from a day on; return the units it covers that day.

    Several bodies may cover one unit. Locks the body's row. Raises PeriodsOverlap when it covers the unit on that day
    or later already, UnitUnknown, InstitutionClosed, InstitutionUnknown, NotAllowed unless body and unit are in range.
    """
    unit = RegionCode.parse(region)
    get_unit(unit)
    rules.require_may_govern(actor, unit)
    with transaction.atomic():
        row = locked([institution_id], actor=actor)[institution_id]
        require_open(row, valid_from)
        later = Q(valid_to=None) | Q(valid_to__gt=valid_from)
        if InstitutionArea.objects.filter(later, institution=row, region=int(unit)).exists():
            raise PeriodsOverlap
        InstitutionArea.objects.create(institution=row, region=int(unit), valid_from=valid_from)
        record_event(UnitCovered(row.pk, int(unit)), region=int(unit), now=now)
        record_deed(
            actor=actor,
            verb="cover_unit",
            object_kind="institution",
            object_id=row.pk,
            region=int(unit),
            now=now,
            detail={"unit": int(unit), "valid_from": valid_from.isoformat()},
        )
    return areas_of(row.pk, on=valid_from)
