"""A programme in the small county: 射阳夜校, its main school the county college, the two town centres its sites.

world = small_county()
made = add_programme(world)                       no classes yet
add_classes(made, world.run)                      under its site
"""

from datetime import date

from tests.worlds.small_county import COUNTY, LINHAI, SmallCounty, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.models import ClassRun, Programme
from xueqiao.foundation.audit.values import Actor


def officer_of(world: SmallCounty) -> Actor:
    return on_duty(world.officer, "county_officer", COUNTY)


def add_programme(world: SmallCounty, *, code: str = "SYYX", name: str = "射阳夜校") -> classes.ProgrammeView:
    """Founded by the county's officer, with both town centres as sites; 临海's carries a name of its own."""
    made = classes.open_programme(
        actor=officer_of(world),
        code=code,
        name=name,
        institution_id=world.college.id,
        summary="下班以后在家门口学一门手艺。",
        now=world.now,
    )
    for centre, called in ((world.centre, ""), (world.other_centre, "临海职工夜校")):
        classes.add_programme_site(
            actor=officer_of(world), programme_code=code, institution_code=centre.code, called=called, now=world.now
        )
    return made


def add_classes(world: SmallCounty, code: str, *runs: ClassRun) -> None:
    classes.add_to_programme(
        actor=officer_of(world), programme_code=code, class_codes=[run.code for run in runs], now=world.now
    )


def programme_at(world: SmallCounty, region: int) -> str:
    """A programme of a unit, with the centre of the unit as its only site where it has one."""
    school = world.centre if region == world.run.region else world.other_centre if region == LINHAI else world.college
    row = Programme.objects.create(
        code=f"P{region}"[:16],
        name="测试夜校",
        institution=school,
        region=region,
        summary="测试用",
        opened_on=date(2026, 1, 1),
    )
    row.sites.create(institution=school, is_main=True, joined_on=date(2026, 1, 1))
    return row.code
