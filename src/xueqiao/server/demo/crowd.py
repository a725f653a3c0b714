"""Where the made-up people live and who belongs to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from xueqiao.foundation.clock import local_date
from xueqiao.foundation.region_code import COUNTY, TOWNSHIP, VILLAGE, RegionCode
from xueqiao.foundation.regions.api import UnitRow
from xueqiao.server.demo.network import HEDE, SHEYANG, InstitutionRow
from xueqiao.server.demo.plan import Plan
from xueqiao.server.demo.residents import Residents
from xueqiao.server.demo.timetable import Run
from xueqiao.server.ground import read

# Where people live around classes, this county and this town get so much more than their share: enough people in one
# real town for its figures to be a few percent of its real population.
SHEYANG_TIMES, HEDE_TIMES = 2.5, 3.0


def county_weights(plan: Plan, runs: Sequence[Run]) -> dict[int, float]:
    if plan.people_follow_census:
        return {code: float(row.residents) for code, row in read.counties_census().items()}
    weights: dict[int, float] = {}
    for run in runs:
        county = county_of(run.institution)
        times = SHEYANG_TIMES if county == SHEYANG else 1.0
        weights[county] = weights.get(county, 0.0) + times * run.taken_wanted
    return weights


def town_weights(plan: Plan, runs: Sequence[Run]) -> dict[int, float]:
    """In the lively size people live around the centres that have classes."""
    if plan.people_follow_census:
        return {}
    weights: dict[int, float] = {}
    totals = county_weights(plan, runs)
    for run in runs:
        region = RegionCode(run.institution.region)
        if region.level >= TOWNSHIP:
            times = HEDE_TIMES * SHEYANG_TIMES if region.ancestor(TOWNSHIP) == HEDE else 1.0
            town, county = int(region.ancestor(TOWNSHIP)), int(region.ancestor(COUNTY))
            weights[town] = weights.get(town, 0.0) + times * 2.0 * run.taken_wanted / max(1.0, totals[county])
    return weights


def county_of(body: InstitutionRow) -> int:
    region = RegionCode(body.region)
    if region.level >= COUNTY:
        return int(region.ancestor(COUNTY))
    return min(code for code in read.counties_census() if region.contains(code))


class Homes:
    """Villages by township."""

    def __init__(self, units: Mapping[int, UnitRow]) -> None:
        self.villages: dict[int, list[int]] = {}
        for code in sorted(units):
            if RegionCode(code).level == VILLAGE:
                self.villages.setdefault(int(RegionCode(code).ancestor(TOWNSHIP)), []).append(code)
        self.towns = sorted(self.villages)

    def near(self, body: InstitutionRow, number: int) -> int:
        """A village of the body's town, or of the first town of its county."""
        region = RegionCode(body.region)
        if region.level >= TOWNSHIP:
            town = int(region.ancestor(TOWNSHIP))
        else:
            town = next(code for code in self.towns if code >= region.low)
        return self.villages[town][number % len(self.villages[town])]


def family_rows(plan: Plan, residents: Residents, now: datetime) -> list[tuple[Any, ...]]:
    """Grown children act for parents of their own county: the next younger person in the list who fits."""
    rows: list[tuple[Any, ...]] = []
    began = now - timedelta(days=200)
    random = Random("xueqiao demo families")  # noqa: S311
    by_county: dict[int, tuple[list[int], list[int]]] = {}
    for index in range(len(residents)):
        county = residents.region[index] // 10**6
        years = (local_date(now).toordinal() - residents.born[index]) / 365.25
        if years >= 66:
            by_county.setdefault(county, ([], []))[0].append(index)
        elif 34 <= years <= 44:
            by_county.setdefault(county, ([], []))[1].append(index)
    share = plan.families / max(1, sum(len(old) for old, _young in by_county.values()))
    first = residents.first_id
    for old, young in by_county.values():
        random.shuffle(young)
        for subject, agent in zip(old[: round(len(old) * share)], young, strict=False):
            rows.append((first + agent, first + subject, "child", "active", None, "counter", began, None))
    return rows
