"""Three named brands of the demo: an evening school of a city, one that a university lends its name, one for elders.

Names, idea and place are those of the practice report; which demo classes stand under them is made up. Sites and
classes are picked from what the region holds, so that the matrix, the counted figures and the filter have substance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps

from xueqiao.foundation.clock import local_date
from xueqiao.foundation.region_code import RegionCode

SITES_MAX, CLASSES_MAX = 24, 120
WUXI, SUZHOU = 320200000000, 320500000000
EVENINGS, DAYS = ("evening",), ("morning", "afternoon")


@dataclass(frozen=True)
class Brand:
    """What a programme is made of. region: its unit, whose open university is the main school. called: names that the
    first sites after the main school carry. for_elders: only classes that suit elders."""

    code: str
    name: str
    region: int
    summary: str
    parts: Sequence[str]
    categories: Sequence[str] = ()
    called: Sequence[str] = ()
    for_elders: bool = False


BRANDS = (
    Brand(
        "XIQING",
        "锡青夜校",
        WUXI,
        "下班以后学一门手艺、一样爱好：一个主校，许多教学点，平日晚上开课，收费按成本约 30 元一课时。",
        EVENINGS,
        called=("青年夜校", "技能夜校", "锡工夜校", "锡蕙夜校"),
    ),
    Brand(
        "SUDA",
        "苏大夜校",
        SUZHOU,
        "兴趣提升、技能赋能、人文涵养三类课，晚上在城里和乡镇的教学点上。",
        EVENINGS,
        categories=("艺术普及", "职场提升", "文化传承", "生活技能"),
    ),
    Brand("XIYIN", "锡银学堂", WUXI, "家门口的老年学堂：白天开课，有坡道或电梯，多数免费。", DAYS, for_elders=True),
)


def found_programmes(*, now: datetime) -> int:
    """Write the three programmes with their sites and classes; return how many rows. Needs the listings."""
    return sum(_found(brand, now) for brand in BRANDS)


def _found(brand: Brand, now: datetime) -> int:
    unit = RegionCode(brand.region)
    institutions = apps.get_model("institutions.Institution").objects.filter(is_demo=True)
    school = institutions.filter(kind="open_university", region=brand.region).order_by("pk").first()
    runs = _runs(brand, unit, now)
    if school is None or not runs:
        return 0
    today = local_date(now)
    programme = apps.get_model("classes.Programme").objects.create(
        code=brand.code,
        name=brand.name,
        institution_id=school.pk,
        region=brand.region,
        summary=brand.summary,
        source="演示数据，名称取自江苏省终身教育实践介绍",
        opened_on=today.replace(year=today.year - 2, day=1),
        is_demo=True,
    )
    homes = [school.pk, *dict.fromkeys(body for _run, body in runs if body != school.pk)][:SITES_MAX]
    site_model = apps.get_model("classes.ProgrammeSite")
    names = dict(zip(homes[1:], brand.called, strict=False))
    sites = {
        body: site_model.objects.create(
            programme=programme,
            institution_id=body,
            is_main=body == school.pk,
            called=names.get(body, ""),
            joined_on=programme.opened_on,
        )
        for body in homes
    }
    run_model = apps.get_model("classes.ProgrammeRun")
    rows = [
        run_model(run_id=run, site=sites[body], institution_id=body, added_at=now)
        for run, body in runs
        if body in sites
    ]
    run_model.objects.bulk_create(rows[:CLASSES_MAX])
    return 1 + len(sites) + min(len(rows), CLASSES_MAX)


def _runs(brand: Brand, unit: RegionCode, now: datetime) -> list[tuple[int, int]]:
    """(run, institution) of fitting classes in no programme yet, the earliest of each body before its second."""
    listings: Any = apps.get_model("classes.ClassListing").objects.filter(
        region__range=(unit.low, unit.high),
        part_of_day__in=brand.parts,
        next_ends_at__gt=now,
        run__is_demo=True,
        run__programme_run=None,
    )
    if brand.categories:
        listings = listings.filter(category__in=brand.categories)
    if brand.for_elders:
        listings = listings.filter(suits_elders=True)
    found = listings.order_by("next_starts_at", "run_id").values_list("run_id", "run__institution_id")
    seen: dict[int, int] = {}
    ranked = []
    for number, (run, body) in enumerate(found):
        seen[body] = seen.get(body, 0) + 1
        ranked.append((seen[body], number, run, body))
    return [(run, body) for _rank, _number, run, body in sorted(ranked)]
