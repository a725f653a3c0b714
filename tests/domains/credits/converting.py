"""A resident with recognised outcomes and a school that takes them into a programme, for the tests of conversions.

story = a_story()              # 张桂兰 with two outcomes of 2.5 and 3 credits
view = story.reserve()         # 行政管理（专科） at 射阳县社区学院
story.confirm(view)
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.domains.credits.claiming import accepted, judged, reviewers
from tests.worlds.small_county import (
    COUNTY,
    NOW,
    SmallCounty,
    acting,
    add_institution,
    add_person,
    give_role,
    on_duty,
    small_county,
)
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.actions import adopt_shipped_rules
from xueqiao.domains.credits.models import Conversion, RuleSetVersion
from xueqiao.domains.institutions.models import Institution
from xueqiao.domains.people.models import Person
from xueqiao.foundation.audit.values import Actor, Duty
from xueqiao.foundation.ledger.api import Balance, balance_of
from xueqiao.foundation.region_code import RegionCode

UNIT = "CREDIT.community"
RULES, PROGRAMME = "open-university", "management-associate"


@dataclass
class Story:
    """The world, and who acts in it. titles: outcome titles by key, in the order they were recognised."""

    world: SmallCounty
    clerk: Actor  # of the county college
    keys: dict[str, str] = field(default_factory=dict)  # title -> outcome key

    @property
    def now(self) -> datetime:
        return self.world.now

    @now.setter
    def now(self, moment: datetime) -> None:
        self.world.now = moment

    @property
    def person(self) -> Person:
        return self.world.elder

    @property
    def learner(self) -> Actor:
        return acting(self.person)

    @property
    def held(self) -> Balance:
        return balance_of(UNIT, f"person:{self.person.pk}:available")

    @property
    def deficit(self) -> int:
        return -balance_of(UNIT, f"person:{self.person.pk}:revoked_deficit").posted

    def used(self, view: credit_bank.ConversionView) -> int:
        return balance_of(UNIT, f"conversion:{view.uuid}:used").posted

    def plan(self, programme: str = PROGRAMME, rules: str = RULES) -> credit_bank.ConversionPlan:
        return credit_bank.conversion_plan(
            actor=self.learner, person_id=self.person.pk, rules_code=rules, programme=programme, now=self.now
        )

    def part(self, *titles: str, programme: str = PROGRAMME) -> Mapping[str, tuple[str, int]]:
        """The best plan, or the part of it that uses only these outcomes."""
        uses = self.plan(programme).uses
        return {u.key: (u.number, u.counted_hundredths) for u in uses if not titles or u.title in titles}

    def reserve(self, *titles: str, uuid: UUID | None = None, **wanted: Any) -> credit_bank.ConversionView:
        values: dict[str, Any] = {
            "actor": self.learner,
            "conversion_uuid": uuid or uuid4(),
            "person_id": self.person.pk,
            "rules_code": RULES,
            "programme": PROGRAMME,
            "institution_id": self.world.college.pk,
            "now": self.now,
        }
        if "plan" not in wanted:
            values["plan"] = self.part(*titles)
        return credit_bank.reserve_conversion(**(values | wanted))

    def confirm(self, view: credit_bank.ConversionView, actor: Actor | None = None) -> credit_bank.ConversionView:
        return credit_bank.confirm_conversion(actor=actor or self.clerk, conversion_uuid=view.uuid, now=self.now)

    def refuse(
        self, view: credit_bank.ConversionView, words: str = "已经修过同样的课", actor: Actor | None = None
    ) -> credit_bank.ConversionView:
        return credit_bank.refuse_conversion(
            actor=actor or self.clerk, conversion_uuid=view.uuid, words=words, now=self.now
        )

    def reverse(
        self, view: credit_bank.ConversionView, words: str = "本人退学", actor: Actor | None = None
    ) -> credit_bank.ConversionView:
        return credit_bank.reverse_conversion(
            actor=actor or self.clerk, conversion_uuid=view.uuid, words=words, now=self.now
        )

    def withdraw(self, view: credit_bank.ConversionView, actor: Actor | None = None) -> credit_bank.ConversionView:
        return credit_bank.withdraw_conversion(actor=actor or self.learner, conversion_uuid=view.uuid, now=self.now)


def clerk_of(world: SmallCounty, person: Person | None = None) -> Actor:
    """A clerk of the county college, as a signed-in one is: her duty names her school."""
    who = person or add_person("学院文员", born=date(1985, 2, 2))
    give_role(who, "centre_clerk", COUNTY, world.college)
    unit = RegionCode(COUNTY)
    return replace(
        on_duty(who, "centre_clerk", COUNTY), duties=(Duty("centre_clerk", unit.low, unit.high, world.college.pk),)
    )


def a_story(*titles: str) -> Story:
    """A person whose outcomes of 44 hours each were recognised: 2.5 credits, then 3, then 2.5 ..."""
    world = small_county()
    credit_bank.adopt_shipped_rules(actor=Actor.system("test"), now=world.now, samples_in_force=True)
    story = Story(world, clerk_of(world))
    group = reviewers()
    for title in titles or ("面点", "茶艺"):
        judged(accepted(world, title=title), group, [True] * 3, world)
    return story


def tightened(most: int) -> None:
    """The programmes take so many credits of what was not learned for a degree."""
    row = RuleSetVersion.objects.get(code=RULES)
    tight = row.text.replace('share = "40%"', f"credits = {most}")
    RuleSetVersion.objects.filter(pk=row.pk).update(text=tight, sha256=hashlib.sha256(tight.encode()).hexdigest())


def conversion_in(region: int, owner: Person, centre: Institution) -> dict[str, object]:
    """A conversion of somebody that waits at the centre of the clerk's town, or at a school of another unit."""
    adopt_shipped_rules(actor=Actor.system("test"), now=NOW)
    school = centre if centre.region == region else add_institution(f"CC{region}", "社区学院", "county_college", region)
    row = Conversion.objects.create(
        uuid=uuid4(),
        person=owner,
        rule_version=RuleSetVersion.objects.get(code=RULES),
        programme=PROGRAMME,
        programme_title="行政管理（专科）",
        institution=school,
        unit="CREDIT.degree",
        amount_hundredths=100,
        explanation="可算 1 学分。",
        explanation_sha256="0" * 64,
        reserved_at=NOW,
        expires_at=NOW + timedelta(days=30),
    )
    return {"conversion_uuid": row.uuid}
