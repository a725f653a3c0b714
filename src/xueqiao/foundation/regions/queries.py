"""Reads of regions. Names and points are remembered per process: hits only, so a later load is never hidden.

One exception: a village without a point keeps its town's until the process that remembers it loads an edition or ends.
"""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from xueqiao.foundation.region_code import VILLAGE, RegionCode
from xueqiao.foundation.regions.errors import UnitUnknown
from xueqiao.foundation.regions.models import RegionUnit
from xueqiao.foundation.regions.values import Point, RegionUnitView

SEARCH_LIMIT_MAX = 50
_valid_units: dict[int, RegionUnitView] = {}
_points: dict[int, Point] = {}


def forget_names() -> None:
    """Empty the process's memory of names and points; after loading an edition, and in tests with own units."""
    _valid_units.clear()
    _points.clear()


def unit_named(code: int | str, *, on: date | None = None) -> RegionUnitView | None:
    """Return the unit that holds `code` now, or held it on a day. None when no unit did.

    Raises UnknownRegionCode for text that is no code at all.
    """
    key = int(_parsed(code))
    if on is None:
        return _units([key]).get(key)
    row = RegionUnit.objects.filter(_on(on), code=key).order_by("-valid_from").first()
    return _view(row) if row else None


def get_unit(code: int | str, *, on: date | None = None) -> RegionUnitView:
    """Return the unit of `code`. Raises UnitUnknown when there is none, UnknownRegionCode for text that is no code."""
    unit = unit_named(code, on=on)
    if unit is None:
        raise UnitUnknown
    return unit


def names_of(codes: Iterable[int]) -> dict[int, str]:
    """Return the valid names of many codes with at most one query. Codes without a valid unit are left out."""
    return {code: unit.name for code, unit in _units(int(code) for code in codes).items()}


def lineage_of(code: int | str) -> list[RegionUnitView]:
    """Return province down to the unit itself. Raises UnitUnknown when the unit is not valid now."""
    path = [int(step) for step in _parsed(code).lineage]
    found = _units(path)
    if path[-1] not in found:
        raise UnitUnknown
    return [found[step] for step in path if step in found]


def children_of(code: int | str, *, on: date | None = None) -> list[RegionUnitView]:
    """Return the units one level below, in code order (at most 1,000: three digits). Empty for a village."""
    unit = _parsed(code)
    if unit.level == VILLAGE:
        return []
    rows = RegionUnit.objects.filter(_on(on), level=unit.level + 1, code__range=(unit.low, unit.high))
    return [_view(row) for row in rows.order_by("code")[:1000]]


def units_within(code: int | str, *, level: int, on: date | None = None) -> list[RegionUnitView]:
    """Return every unit of one level inside `code`, in code order. Level 5 of a province is 21,958 rows: ask lower."""
    unit = _parsed(code)
    rows = RegionUnit.objects.filter(_on(on), level=level, code__range=(unit.low, unit.high))
    return [_view(row) for row in rows.order_by("code")]


def all_units(*, on: date) -> list[RegionUnitView]:
    """Return every unit of every level that is valid on a day, in code order (about 23,600 for a province)."""
    return [_view(row) for row in RegionUnit.objects.filter(_on(on)).order_by("code", "level")]


def full_name(code: int | str) -> str:
    """Return county and below in one breath, as people say it: 射阳县合德镇; a city or province by its own name.

    Raises UnitUnknown when the unit is not valid now.
    """
    return _joined(lineage_of(code))


def full_names(codes: Iterable[int]) -> dict[int, str]:
    """Return `full_name` of many codes with at most one query; unknown codes are left out."""
    wanted = {int(code) for code in codes}
    paths = {code: [int(step) for step in RegionCode(code).lineage] for code in wanted}
    found = _units(step for path in paths.values() for step in path)
    return {c: _joined([found[step] for step in path if step in found]) for c, path in paths.items() if c in found}


def search_units(text: str, *, limit: int = 10) -> list[RegionUnitView]:
    """Return valid units whose name contains `text`, or whose pinyin or initials begin with it; higher levels first.

    `text` is cut to 30 characters; `limit` is held to 50. Nothing is found for an empty text.
    """
    wanted = text.strip()[:30]
    if not wanted or "\x00" in wanted:
        return []
    match = Q(name__contains=wanted)
    if wanted.isascii():
        letters = "".join(wanted.lower().split()).replace("'", "")
        match |= Q(pinyin__startswith=letters) | Q(initials__startswith=letters)
        if wanted.isdigit() and len(wanted) <= 12:
            low = int(wanted.ljust(12, "0"))
            match |= Q(code__range=(low, int(wanted.ljust(12, "9"))))
    rows = RegionUnit.objects.filter(match, valid_to=None).order_by("level", "code")
    return [_view(row) for row in rows[: max(0, min(limit, SEARCH_LIMIT_MAX))]]


def point_of(code: int | str) -> Point | None:
    """Return the unit's point, or the nearest one above it; None when the region has no points.

    A point taken from a unit above is marked synthetic. Raises UnknownRegionCode for text that is no code.
    """
    unit = _parsed(code)
    return points_of([int(unit)]).get(int(unit))


def points_of(codes: Iterable[int]) -> dict[int, Point]:
    """Return `point_of` of many codes with at most one query; codes without any point are left out."""
    wanted = {int(code) for code in codes}
    missing = [code for code in wanted if code not in _points]
    if missing:
        _points.update(_read_points(missing))
    return {code: _points[code] for code in wanted if code in _points}


def _read_points(codes: Iterable[int]) -> dict[int, Point]:
    paths = {code: [int(step) for step in reversed(RegionCode(code).lineage)] for code in codes}
    rows = RegionUnit.objects.filter(
        code__in={step for path in paths.values() for step in path}, valid_to=None, lon__isnull=False
    )
    own = {row.code: Point(float(row.lon or 0), float(row.lat or 0), row.point_is_synthetic) for row in rows}
    found: dict[int, Point] = {}
    for code, path in paths.items():
        nearest = next((step for step in path if step in own), None)
        if nearest is not None:
            point = own[nearest]
            found[code] = Point(point.lon, point.lat, point.is_synthetic or nearest != code)
    return found


def spelled(name: str) -> tuple[str, str]:
    """Return a name's pinyin without tones, and its initials: 合德镇 -> ("hedezhen", "hdz")."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - 0.2 s of processor that few commands need

    syllables = lazy_pinyin(name, style=Style.NORMAL, errors="ignore")
    return "".join(syllables), "".join(syllable[0] for syllable in syllables)


def _parsed(code: int | str) -> RegionCode:
    return code if isinstance(code, RegionCode) else RegionCode.parse(code)


def _on(day: date | None) -> Q:
    if day is None:
        return Q(valid_to=None)
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


def _units(codes: Iterable[int]) -> dict[int, RegionUnitView]:
    wanted = set(codes)
    missing = [code for code in wanted if code not in _valid_units]
    if missing:
        for row in RegionUnit.objects.filter(code__in=missing, valid_to=None):
            _valid_units[row.code] = _view(row)
    return {code: _valid_units[code] for code in wanted if code in _valid_units}


def _joined(lineage: list[RegionUnitView]) -> str:
    below = [unit.name for unit in lineage if unit.level >= 3]
    return "".join(below) or lineage[-1].name


def _view(row: RegionUnit) -> RegionUnitView:
    return RegionUnitView(row.code, row.name, row.level, row.kind, row.valid_from, row.valid_to, row.merged_into)
