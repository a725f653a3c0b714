"""People who learned elsewhere and ask for recognition, for the tests of claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import count
from typing import Any

from tests.worlds.small_county import COUNTY, HEDE, NOW, SmallCounty, acting, add_person, give_role, on_duty
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import Outcome
from xueqiao.domains.institutions.models import Institution
from xueqiao.domains.people.models import Person
from xueqiao.foundation.audit.values import Actor, Duty
from xueqiao.foundation.ledger.api import balance_of
from xueqiao.foundation.region_code import RegionCode
from xueqiao.foundation.scope import Scope

_papers = count(1)


def a_paper(body: bytes | None = None) -> credit_bank.Paper:
    return credit_bank.Paper("证书.png", body or b"\x89PNG\r\n\x1a\n" + str(next(_papers)).encode())


def an_outcome(title: str = "中式面点", **wanted: Any) -> credit_bank.ClaimedOutcome:
    """A class of 44 hours that a school elsewhere held and the person always attended."""
    values: dict[str, Any] = {
        "type": "training_certificate",
        "title": title,
        "issuer_name": "盐城技师学院",
        "ends_on": date(2026, 2, 1),
        "facts": {"hours": 44 * 60, "attendance": Fraction(1), "passed": True},
    }
    return credit_bank.ClaimedOutcome(**(values | wanted))


def claimed(world: SmallCounty, **wanted: Any) -> credit_bank.ClaimView:
    return credit_bank.claim_outcome(
        actor=acting(world.elder),
        person_id=world.elder.pk,
        outcome=an_outcome(**wanted),
        papers=[a_paper()],
        now=world.now,
    )


def reviewer(name: str, institution: Institution | None = None) -> Actor:
    """An officer of the county, or a clerk of one institution."""
    person = add_person(name, born=date(1980, 1, 1))
    role, region = ("centre_clerk", HEDE) if institution else ("county_officer", COUNTY)
    give_role(person, role, region, institution)
    unit = RegionCode(region)
    duty = Duty(role, unit.low, unit.high, institution.pk if institution else None)
    return replace(on_duty(person, role, region), duties=(duty,))


def reviewers(number: int = 3) -> list[Actor]:
    return [reviewer(f"评审{'甲乙丙丁戊己'[n]}") for n in range(number)]


def accepted(world: SmallCounty, **wanted: Any) -> credit_bank.ClaimView:
    view = claimed(world, **wanted)
    return credit_bank.accept_claim(
        actor=on_duty(world.clerk, "centre_clerk", HEDE),
        claim_uuid=view.uuid,
        method="original_seen",
        seen_also_by_id=world.officer.pk,
        now=world.now,
    )


def judged(
    view: credit_bank.ClaimView, group: Sequence[Actor], voices: Sequence[bool], world: SmallCounty
) -> credit_bank.ClaimView:
    for actor, is_for in zip(group, voices, strict=True):
        view = credit_bank.judge_claim(
            actor=actor, claim_uuid=view.uuid, is_for=is_for, words="材料不全" if not is_for else "", now=world.now
        )
    return view


def held_by(person: Person, unit: str = "CREDIT.community") -> int:
    return balance_of(unit, f"person:{person.pk}:available").available


def claim_in(region: int, owner: Person) -> tuple[dict[str, object], dict[str, object]]:
    """A claim of somebody in a unit, as the addresses of the claim and of its paper name them."""
    view = credit_bank.claim_outcome(
        actor=Actor.system("test"),
        person_id=owner.pk,
        outcome=an_outcome(type="award", facts={"award_level": "city"}),
        papers=[a_paper()],
        now=NOW,
    )
    everything = Scope.everything("test")
    Outcome.objects.within(everything).filter(claim__uuid=view.uuid).update(region=region)
    return {"claim_uuid": view.uuid}, {"evidence_uuid": view.evidence[0].uuid}
