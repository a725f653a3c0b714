"""An agreement between a centre and the college, units in the catalogue, and lists of trainees, for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

from tests.domains.credits.agreements.test_sign_agreement import sign
from tests.domains.credits.completed import EVERYTHING
from tests.worlds.small_county import COUNTY, HEDE, SmallCounty, add_person, on_duty
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import Claim
from xueqiao.domains.institutions.models import Institution
from xueqiao.domains.people.models import Person
from xueqiao.foundation.audit.values import Actor, Duty
from xueqiao.foundation.region_code import RegionCode

CODE = "industry-training"
UNIT = "CREDIT.vocational"
_numbers = count(1)


def officer_of(world: SmallCounty) -> Actor:
    return on_duty(world.officer, "county_officer", COUNTY)


def giver_of(world: SmallCounty, institution: Institution | None = None, person: Person | None = None) -> Actor:
    """A clerk of the institution that taught."""
    unit, giver = RegionCode(HEDE), institution or world.centre
    duty = Duty("centre_clerk", unit.low, unit.high, giver.pk)
    return replace(on_duty(person or world.clerk, "centre_clerk", HEDE), duties=(duty,))


def agreed(world: SmallCounty, **wanted: Any) -> int:
    """合德 gives, the college takes, under the shipped rules; two units in the catalogue."""
    for code, title, hours in (
        ("ROB-1", "机器人操作", 48),
        ("ROB-2", "机器人调试", 96),
        ("ROB-P", "机器人岗位实践", 160),
    ):
        credit_bank.publish_unit(
            actor=officer_of(world),
            code=code,
            title=title,
            level=4,
            learning_outcomes=["会操作"],
            notional_minutes=hours * 60,
            amount_hundredths=300,
            assessment="实操",
            owner_id=world.college.pk,
            effective_from=date(2025, 1, 1),
            now=world.now,
        )
    return sign(world, **({"code": CODE, "rule_code": CODE} | wanted))


def a_line(who: Person, at: int | None = None, /, **wanted: str) -> credit_bank.TraineeLine:
    """48 hours of ROB-1, passed: 3 credits."""
    number = next(_numbers)
    cells = {
        "name": who.name,
        "person": who.code,
        "unit": "ROB-1",
        "hours": "48",
        "grade": "合格",
        "completed_on": "2026-02-20",
        "number": f"ZS{number:05d}",
        "post": "操作工",
    }
    return credit_bank.TraineeLine(at or number, cells | wanted)


def trainees(number: int) -> list[Person]:
    return [add_person(f"学员{'甲乙丙丁戊己庚辛壬癸'[n % 10]}", born=date(1995, 1, 1 + n % 28)) for n in range(number)]


def deposit(world: SmallCounty, *lines: credit_bank.TraineeLine, **wanted: Any) -> credit_bank.Deposited:
    values: dict[str, Any] = {"actor": giver_of(world), "code": CODE, "lines": lines, "now": world.now}
    return credit_bank.deposit_trainees(**(values | wanted))


def states(told: credit_bank.Deposited) -> list[str]:
    return [each.state for each in told.lines]


def why(told: credit_bank.Deposited, at: int = 0) -> str:
    return told.lines[at].problems[0].refusal.code


def recognised() -> int:
    return Claim.objects.within(EVERYTHING).filter(state="recognised").count()
