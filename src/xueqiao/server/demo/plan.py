"""How large a demo region is. Lively for people to look around, province for measuring, small for tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xueqiao.domains.institutions.values import COUNTY_COLLEGE, OPEN_UNIVERSITY, TOWNSHIP_CENTRE, VILLAGE_SCHOOL
from xueqiao.foundation.region_code import RegionCode
from xueqiao.server.demo.network import HEDE, SHEYANG, InstitutionRow, share

WUJIANG = 320509000000
WUXI = 320200000000


@dataclass(frozen=True)
class Plan:
    """One size. Numbers of rows; places are what the runs hope for, fewer where a county has too few residents."""

    name: str
    published_runs: int
    past_runs: int
    residents: int
    places_past: int  # learners of a past run, about
    places_share: float  # how full runs of this term are, 1.0 as drawn
    people_follow_census: bool  # True: residents by population; False: residents where classes are
    account_percent: int
    families: int
    has_basic_classes: bool = True  # beside past_runs: one small class at nearly every elder-serving centre
    free_evenings_percent: int = 50  # of evening classes: nothing to pay
    free_days_percent: int = 88
    is_for_measuring: bool = False  # indexes are made after the rows, person keys are left out


LIVELY = Plan(
    name="lively",
    published_runs=3_000,
    past_runs=600,
    residents=20_000,
    places_past=15,
    places_share=1.0,
    people_follow_census=False,
    account_percent=60,
    families=1_200,
)
PROVINCE = Plan(
    name="province",
    published_runs=30_000,
    past_runs=12_000,
    residents=2_000_000,
    places_past=18,
    places_share=1.3,
    people_follow_census=True,
    account_percent=5,
    families=50_000,
    free_evenings_percent=92,  # the money of each paid place goes through the ledger: it would take half the load
    free_days_percent=98,
    is_for_measuring=True,
)
# For tests: the whole network, few classes and people.
SMALL = Plan(
    name="small",
    published_runs=240,
    past_runs=40,
    residents=1_500,
    places_past=12,
    places_share=1.0,
    people_follow_census=False,
    account_percent=60,
    families=60,
    has_basic_classes=False,
)
PLANS: Mapping[str, Plan] = {plan.name: plan for plan in (LIVELY, PROVINCE, SMALL)}


def run_weight(plan: Plan, row: InstitutionRow) -> float:
    """How many classes a body has compared with others: dense in 射阳县, 吴江区 and 无锡市 in the lively size."""
    if plan.people_follow_census:
        return {OPEN_UNIVERSITY: 50.0, COUNTY_COLLEGE: 60.0, TOWNSHIP_CENTRE: 12.0, VILLAGE_SCHOOL: 0.32}[row.kind]
    if row.kind == VILLAGE_SCHOOL:
        return 1.0 if RegionCode(HEDE).contains(row.region) else 0.0
    if RegionCode(SHEYANG).contains(row.region):
        return {OPEN_UNIVERSITY: 30.0, COUNTY_COLLEGE: 36.0, TOWNSHIP_CENTRE: 44.0 if row.region == HEDE else 14.0}[
            row.kind
        ]
    if RegionCode(WUJIANG).contains(row.region):
        return {OPEN_UNIVERSITY: 30.0, COUNTY_COLLEGE: 36.0, TOWNSHIP_CENTRE: 12.0}[row.kind]
    if RegionCode(WUXI).contains(row.region):
        return {OPEN_UNIVERSITY: 16.0, COUNTY_COLLEGE: 24.0, TOWNSHIP_CENTRE: 4.0}[row.kind]
    return {OPEN_UNIVERSITY: 7.0, COUNTY_COLLEGE: 9.0, TOWNSHIP_CENTRE: 0.3}[row.kind]


def runs_by_institution(plan: Plan, rows: list[InstitutionRow], total: int, *, past: bool) -> dict[int, int]:
    """Split `total` runs among bodies by weight, exactly: whole parts first, then the largest remainders.

    Where people live around classes, 合德镇 had four times its share last term, so that its figures have substance.
    """
    weights = {row.id: run_weight(plan, row) for row in rows}
    if past and not plan.people_follow_census:
        weights |= {row.id: 4 * weights[row.id] for row in rows if row.region == HEDE}
    whole = sum(weights.values())
    exact = {row.id: total * weights[row.id] / whole for row in rows}
    counts = {key: int(value) for key, value in exact.items()}
    ranked = sorted(rows, key=lambda row: (counts[row.id] - exact[row.id], share(row.region, "remainder"), row.id))
    for row in ranked[: total - sum(counts.values())]:
        counts[row.id] += 1
    return counts
