"""Loading an edition of the official list."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from xueqiao.foundation.region_code import RegionCode
from xueqiao.foundation.regions.errors import EditionOutOfOrder
from xueqiao.foundation.regions.models import RegionUnit
from xueqiao.foundation.regions.queries import forget_names, spelled
from xueqiao.foundation.regions.values import EditionReport, UnitRow


def load_edition(rows: Iterable[UnitRow], *, valid_on: date) -> EditionReport:
    """Bring the units to the state of one edition; `valid_on` is the day the edition describes.

    New codes begin on that day; a code with another name or kind ends and begins anew; a code that the edition lacks,
    inside the provinces it names, ends. The same edition twice changes nothing. Raises EditionOutOfOrder when a newer
    edition of the same province was loaded before.
    """
    incoming = {int(row.code): row for row in rows}
    provinces = {RegionCode(code).ancestor(1) for code in incoming}
    with transaction.atomic():
        current: dict[int, RegionUnit] = {}
        for province in provinces:
            inside = RegionUnit.objects.filter(valid_to=None, code__range=(province.low, province.high))
            current |= {unit.code: unit for unit in inside.select_for_update()}
        if any(unit.valid_from > valid_on for unit in current.values()):
            raise EditionOutOfOrder
        changed = {
            code
            for code, unit in current.items()
            if code in incoming and (unit.name, unit.kind) != (incoming[code].name, incoming[code].kind)
        }
        gone = [unit for code, unit in current.items() if code not in incoming or code in changed]
        for unit in gone:
            if unit.valid_from == valid_on:  # a correction of the same edition leaves no zero-length past
                unit.delete()
            else:
                unit.valid_to = valid_on
                unit.save(update_fields=["valid_to"])
        added = [_unit(row, valid_on) for code, row in incoming.items() if code not in current or code in changed]
        RegionUnit.objects.bulk_create(added, batch_size=4000)
        transaction.on_commit(forget_names)
    forget_names()
    return EditionReport(
        added=len(added) - len(changed),
        renamed=len(changed),
        ended=len(gone) - len(changed),
        unchanged=len(current) - len(gone),
    )


def _unit(row: UnitRow, valid_on: date) -> RegionUnit:
    pinyin, initials = spelled(row.name)
    return RegionUnit(
        code=int(row.code),
        name=row.name,
        level=RegionCode(row.code).level,
        kind=row.kind,
        valid_from=valid_on,
        lon=row.lon,
        lat=row.lat,
        point_is_synthetic=row.point_is_synthetic,
        pinyin=pinyin[:160],
        initials=initials[:40],
    )
