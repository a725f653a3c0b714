from datetime import date, datetime

from django.db import transaction

from xueqiao.domains.institutions.actions._locked import locked
from xueqiao.domains.institutions.errors import UnitNotCovered
from xueqiao.domains.institutions.models import InstitutionArea
from xueqiao.domains.institutions.queries import areas_of
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.region_code import RegionCode


def uncover_unit(*, actor: Actor, institution_id: int, region: int, ends_on: date, now: datetime) -> list[int]:
    """End a body's cover of a unit on a day; return the units it still covers that day.

    Locks the body's row. Raises UnitNotCovered when it does not cover the unit the day before, InstitutionUnknown,
    NotAllowed.
    """
    unit = RegionCode.parse(region)
    with transaction.atomic():
        row = locked([institution_id], actor=actor)[institution_id]
        area = InstitutionArea.objects.filter(
            institution=row, region=int(unit), valid_to=None, valid_from__lt=ends_on
        ).first()
        if area is None:
            raise UnitNotCovered
        area.valid_to = ends_on
        area.save(update_fields=["valid_to"])
        record_deed(
            actor=actor,
            verb="uncover_unit",
            object_kind="institution",
            object_id=row.pk,
            region=int(unit),
            now=now,
            detail={"unit": int(unit), "ends_on": ends_on.isoformat()},
        )
    return areas_of(row.pk, on=ends_on)
