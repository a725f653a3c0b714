"""The door of parameters: declare one beside its rule, ask for its value at a place and a day."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from xueqiao.foundation.arrays import array
from xueqiao.foundation.prepared import prepared_rows
from xueqiao.foundation.region_code import RegionCode

_IN_FORCE = """
SELECT name, region, institution_id, value, source, valid_from FROM parameters_parameter
 WHERE name = ANY (%s::text[]) AND region = ANY (%s::bigint[])
   AND (institution_id IS NULL OR institution_id = ANY (%s::bigint[]))
   AND valid_from <= %s::date AND (valid_to IS NULL OR valid_to > %s::date)
"""
declared: dict[str, ParameterSpec] = {}


@dataclass(frozen=True)
class ParameterSpec:
    """A number that differs between places.

    default: used where no row fits. source: where it comes from. confirmed: False shows "default, unconfirmed".
    check: returns True for an acceptable value.
    """

    name: str
    default: Any
    unit: str
    source: str
    confirmed: bool = False
    check: Callable[[Any], bool] = lambda _value: True


@dataclass(frozen=True)
class ParameterValue:
    """A value and where it came from; quoted on screens and in decisions."""

    name: str
    value: Any
    source: str
    confirmed: bool
    valid_from: date | None


class _Row(NamedTuple):
    name: str
    region: int
    institution_id: int | None
    value: str  # JSON
    source: str
    valid_from: date


def declare(
    name: str,
    *,
    default: Any,
    unit: str,
    source: str,
    confirmed: bool = False,
    check: Callable[[Any], bool] = lambda _value: True,
) -> ParameterSpec:
    """Register a parameter. Raises ValueError when the name is taken or the default fails its own check."""
    if name in declared or not check(default):
        raise ValueError(f"parameter {name!r} is declared twice or has a bad default")
    declared[name] = ParameterSpec(name, default, unit, source, confirmed, check)
    return declared[name]


def is_whole(low: int, high: int) -> Callable[[Any], bool]:
    """A check for `declare`: a whole number from low to high, both included; True and False are no numbers."""
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def parameter_at(name: str, *, region: int, on: date, institution_id: int | None = None) -> ParameterValue:
    """Return the value in force for a place on a day: institution, then the nearest unit upwards, then default."""
    return parameters_at([name], region=region, on=on, institution_id=institution_id)[name]


def parameters_at(
    names: Iterable[str], *, region: int, on: date, institution_id: int | None = None
) -> dict[str, ParameterValue]:
    """Return the values of several parameters for one place on one day, as `parameter_at` does, with one query."""
    return parameters_at_places(names, places=[(region, institution_id)], on=on)[region, institution_id]


def parameters_at_places(
    names: Iterable[str], *, places: Collection[tuple[int, int | None]], on: date
) -> dict[tuple[int, int | None], dict[str, ParameterValue]]:
    """The same for many places (region, institution), still with one query."""
    specs = {name: declared[name] for name in names}
    lineages = {region: [int(code) for code in RegionCode(region).lineage] for region, _ in places}
    units = {unit for lineage in lineages.values() for unit in lineage}
    institutions = {each for _, each in places if each is not None}
    rows = map(_Row._make, prepared_rows(_IN_FORCE, [array(specs), array(units), array(institutions), on, on]))
    # Ascending, so that the nearest and latest of each name is written last.
    ordered = sorted(rows, key=lambda r: (r.institution_id is not None, RegionCode(r.region).level, r.valid_from))
    found = {}
    for region, institution_id in places:
        here = {
            name: ParameterValue(name, spec.default, spec.source, spec.confirmed, None) for name, spec in specs.items()
        }
        for row in ordered:
            if row.region in lineages[region] and row.institution_id in {None, institution_id}:
                here[row.name] = ParameterValue(row.name, json.loads(row.value), row.source, True, row.valid_from)
        found[region, institution_id] = here
    return found
