from datetime import date

import pytest
from typer.testing import CliRunner

from tests.domains.people.conftest import as_actor, deeds
from tests.worlds.small_county import CITY, COUNTY, HEDE, LINHAI, NOW, OTHER_COUNTY, PROVINCE, add_person, give_role
from xueqiao.channels.console.people import people as commands
from xueqiao.domains.people.api import grant_role
from xueqiao.domains.people.errors import RoleConflict, RoleUnknown
from xueqiao.domains.people.models import StaffRole
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import NotAllowed, NotFound


def give(actor, person, role, region):
    return grant_role(actor=actor, phone=person.phone, role=role, region=region, now=NOW)


def test_the_county_makes_a_clerk_and_the_clerk_a_teacher_each_in_their_range(world):
    county = as_actor(world.officer)
    first, again = (give(county, world.rider, "centre_clerk", LINHAI) for _ in range(2))
    assert first == again and as_actor(world.rider).roles == {"centre_clerk"}
    give(as_actor(world.rider), world.daughter, "teacher", LINHAI)
    assert [d.acting_for_id for d in deeds("grant_role")] == [world.rider.id, world.daughter.id]


@pytest.mark.parametrize(
    ("who", "role", "region"),
    [
        ("clerk", "centre_clerk", HEDE),  # her own level
        ("clerk", "teacher", LINHAI),  # another town
        ("officer", "county_officer", COUNTY),
        ("officer", "centre_clerk", OTHER_COUNTY),
        ("officer", "operator", PROVINCE),
        ("teacher", "teacher", HEDE),
        ("elder", "teacher", HEDE),
    ],
)
def test_nobody_gives_duties_beyond_her_range_or_level(world, who, role, region):
    before = StaffRole.objects.count()
    with pytest.raises(NotAllowed):
        give(as_actor(getattr(world, who)), world.rider, role, region)
    assert StaffRole.objects.count() == before and deeds("grant_role") == []


def test_nobody_promotes_herself_and_a_clerk_before_her_factor_gives_nothing(world):
    give_role(world.clerk, "county_officer", COUNTY)
    with pytest.raises(NotAllowed):
        give(as_actor(world.clerk), world.clerk, "centre_clerk", LINHAI)
    with pytest.raises(NotAllowed):
        give(as_actor(world.officer, factor=False), world.rider, "centre_clerk", LINHAI)


def test_an_operator_is_nothing_else(world):
    system = Actor.system("console")
    operator = add_person("孙工")
    give(system, operator, "operator", PROVINCE)
    with pytest.raises(RoleConflict):
        give(as_actor(world.officer), operator, "centre_clerk", HEDE)
    with pytest.raises(RoleConflict):
        give(system, world.clerk, "operator", PROVINCE)
    with pytest.raises(NotAllowed):  # and gives no duty that sees residents, but the province's
        give(as_actor(operator), world.rider, "centre_clerk", HEDE)
    give(as_actor(operator), world.rider, "province_officer", PROVINCE)


@pytest.mark.parametrize(("role", "region"), [("boss", HEDE), ("county_officer", CITY), ("city_officer", COUNTY)])
def test_odd_duties_are_refused(world, role, region):
    with pytest.raises(RoleUnknown):
        give(Actor.system("console"), world.rider, role, region)


def test_minors_and_strangers_get_no_duty(world):
    child = add_person("李小宝", born=date(2010, 1, 1))
    with pytest.raises(RoleUnknown):
        give(Actor.system("console"), child, "teacher", HEDE)
    with pytest.raises(NotFound):
        grant_role(actor=Actor.system("console"), phone="13999999999", role="teacher", region=HEDE, now=NOW)


def test_the_console_makes_the_first_operator_and_explains_refusals(world):
    made = CliRunner().invoke(commands, ["grant-role", world.rider.phone, "operator", "32"])
    assert made.exit_code == 0 and StaffRole.objects.filter(person=world.rider, role="operator").exists()
    refused = CliRunner().invoke(commands, ["grant-role", "123", "operator", "32"])
    assert refused.exit_code == 1 and "手机号" in refused.output
    nobody = CliRunner().invoke(commands, ["reset-factors", "13999999999", "--reason", "手机丢失"])
    assert nobody.exit_code == 1
