"""Denominators from the census, with their status; below the county they are estimates and say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from xueqiao.foundation.money import split_by_weights
from xueqiao.foundation.region_code import CITY, COUNTY, PROVINCE, TOWNSHIP, VILLAGE, RegionCode
from xueqiao.foundation.regions.api import UnitRow
from xueqiao.server.demo.residents import village_weight
from xueqiao.server.ground import read

RESIDENTS, RESIDENTS_60_PLUS = "residents", "residents_60_plus"
SOURCED, ESTIMATED = "sourced", "estimated"
CENSUS_SOURCE = "第七次全国人口普查公报（2020-11-01），见 census2020/README"
SPREAD_SOURCE = "按县级数估算：村 1、社区 1.7 加权分摊，虚拟社区不计"
SUM_SOURCE = "所辖县（市、区）普查数与估算数之和"


def denominator_rows(units: Mapping[int, UnitRow]) -> Iterator[tuple[str, int, date, int, str, str]]:
    """Rows (kind, region, as_of, value, status, source) for all five levels; children add up to their county exactly.

    The nine statistical zones are inside other counties' census figures and get none, nor do the units below them.
    """
    counties = read.counties_census()
    for kind in (RESIDENTS, RESIDENTS_60_PLUS):
        county_values = {
            code: (row.residents, row.residents_status)
            if kind == RESIDENTS
            else (row.residents_60_plus, row.residents_60_plus_status)
            for code, row in counties.items()
        }
        for code, (value, status) in county_values.items():
            source = CENSUS_SOURCE if status != ESTIMATED else "市级数按村和社区分摊，见 census2020/README"
            yield kind, code, read.CENSUS_DAY, value, status, source
        province_total = 0
        for city in read.cities_census():
            own = city.residents if kind == RESIDENTS else city.residents_60_plus
            inside = sum(v for code, (v, _s) in county_values.items() if RegionCode(city.code).contains(code))
            province_total += inside if own is None else own
            if own is None:
                yield kind, city.code, read.CENSUS_DAY, inside, ESTIMATED, SUM_SOURCE
            else:
                yield kind, city.code, read.CENSUS_DAY, own, SOURCED, CENSUS_SOURCE
        province = int(RegionCode(next(iter(counties))).ancestor(PROVINCE))
        status = SOURCED if kind == RESIDENTS else ESTIMATED
        source = CENSUS_SOURCE if kind == RESIDENTS else SUM_SOURCE
        yield kind, province, read.CENSUS_DAY, province_total, status, source
        yield from _below(kind, {code: value for code, (value, _s) in county_values.items()}, units)


def _below(
    kind: str, county_values: Mapping[int, int], units: Mapping[int, UnitRow]
) -> Iterator[tuple[str, int, date, int, str, str]]:
    villages: dict[int, list[int]] = {}
    for code in sorted(units):
        if RegionCode(code).level == VILLAGE:
            villages.setdefault(int(RegionCode(code).ancestor(COUNTY)), []).append(code)
    towns: dict[int, int] = {code: 0 for code in units if RegionCode(code).level == TOWNSHIP}
    for county, value in county_values.items():
        inside = villages.get(county, [])
        if not inside:
            continue
        parts = split_by_weights(value, [village_weight(units[code]) for code in inside])
        for code, part in zip(inside, parts, strict=True):
            towns[int(RegionCode(code).ancestor(TOWNSHIP))] += part
            yield kind, code, read.CENSUS_DAY, part, ESTIMATED, SPREAD_SOURCE
    for code, value in sorted(towns.items()):
        if int(RegionCode(code).ancestor(COUNTY)) in county_values:
            yield kind, code, read.CENSUS_DAY, value, ESTIMATED, SPREAD_SOURCE


def elder_share(county: int) -> float:
    """Share of people of 60 and more in a county; a zone answers with its city's, a stranger with the province's."""
    census = read.counties_census()
    row = census.get(county)
    if row is not None:
        return row.residents_60_plus / row.residents
    city = RegionCode(county).ancestor(CITY)
    inside = [each for code, each in census.items() if city.contains(code)] or list(census.values())
    return sum(each.residents_60_plus for each in inside) / sum(each.residents for each in inside)
