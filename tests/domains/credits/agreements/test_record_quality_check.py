from dataclasses import replace

import pytest

from tests.domains.credits.claiming import held_by, reviewer
from tests.domains.credits.completed import EVERYTHING
from tests.domains.credits.trainees import CODE, UNIT, a_line, agreed, deposit, officer_of, trainees
from tests.mutants import Mutants
from tests.worlds.small_county import COUNTY, OTHER_COUNTY, SmallCounty, on_duty, small_county
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.agreements import CheckedAlready, NotDrawn
from xueqiao.domains.credits.errors.claims import OwnClaim, OwnInstitution
from xueqiao.domains.credits.models import Claim, QualityCheck
from xueqiao.foundation.audit.values import Duty
from xueqiao.foundation.reasons import InvalidInput, NotAllowed
from xueqiao.foundation.region_code import RegionCode

pytestmark = pytest.mark.django_db


def sampled(world: SmallCounty, number: int = 25) -> tuple[credit_bank.SampleLine, ...]:
    agreed(world)
    deposit(world, *[a_line(person) for person in trainees(number)])
    return credit_bank.access_sample(actor=officer_of(world), code=CODE, year=2026)


def record(world: SmallCounty, line: credit_bank.SampleLine, is_sound: bool = True, words: str = "") -> int:
    return credit_bank.record_quality_check(
        actor=officer_of(world), code=CODE, claim_uuid=line.claim_uuid, is_sound=is_sound, words=words, now=world.now
    )


def test_a_tenth_of_the_year_is_drawn_and_what_was_found_is_kept() -> None:
    world = small_county()
    lines = sampled(world)
    assert len(lines) == 3, "a tenth of 25, rounded up"
    assert record(world, lines[0]) == 2026
    record(world, lines[1], is_sound=False, words="学时没有签到记录")
    again = credit_bank.access_sample(actor=officer_of(world), code=CODE, year=2026)
    assert {each.claim_uuid for each in again} == {each.claim_uuid for each in lines}
    assert [each.is_sound for each in again] in ([None, True, False], [None, False, True])
    use = credit_bank.access_agreement(actor=officer_of(world), code=CODE, now=world.now).use
    assert (use.outcomes, use.learners, use.amount_hundredths) == (25, 25, 7500)
    assert (use.year, use.of_year, use.drawn, use.checked, use.unsound) == (2026, 25, 3, 2, 1)
    assert Claim.objects.within(EVERYTHING).filter(state="recognised").count() == 25, "a check changes nothing"


def test_the_drawing_is_the_published_rule_and_no_other_year() -> None:
    world = small_county()
    lines = sampled(world)
    everything = list(Claim.objects.within(EVERYTHING).values_list("uuid", flat=True))
    drawn = credit_bank.sample_of(CODE, 2026, everything, 10)
    assert {each.claim_uuid for each in lines} == drawn
    assert credit_bank.access_sample(actor=officer_of(world), code=CODE, year=2025) == ()


def test_who_may_not_check_and_what_may_not_be_checked() -> None:
    world = small_county()
    lines = sampled(world)
    drawn = {each.claim_uuid for each in lines}
    row = Claim.objects.within(EVERYTHING).select_related("outcome__person").get(uuid=lines[0].claim_uuid)
    learner = row.outcome.person
    unit = RegionCode(COUNTY)
    inside = replace(
        officer_of(world),
        duties=(
            Duty("county_officer", unit.low, unit.high),
            Duty("centre_clerk", unit.low, unit.high, world.centre.pk),
        ),
    )
    for actor, reason in (
        (on_duty(learner, "county_officer", COUNTY), OwnClaim),
        (inside, OwnInstitution),
        (on_duty(world.other_officer, "county_officer", OTHER_COUNTY), NotAllowed),
        (reviewer("中心文员", world.centre), NotAllowed),
    ):
        with pytest.raises(reason):
            credit_bank.record_quality_check(
                actor=actor, code=CODE, claim_uuid=lines[0].claim_uuid, is_sound=True, words="", now=world.now
            )
    other = Claim.objects.within(EVERYTHING).exclude(uuid__in=drawn).first()
    with pytest.raises(NotDrawn):
        record(world, replace(lines[0], claim_uuid=other.uuid))
    with pytest.raises(InvalidInput):
        record(world, lines[0], is_sound=False, words=" ")
    assert QualityCheck.objects.within(EVERYTHING).count() == 0
    record(world, lines[0])
    with pytest.raises(CheckedAlready):
        record(world, lines[0], is_sound=False, words="重查")
    assert QualityCheck.objects.within(EVERYTHING).get().is_sound
    assert held_by(learner, UNIT) == 300


def test_a_sample_that_cannot_be_drawn_again_is_noticed(mutants: Mutants) -> None:
    """A drawing by chance, by the order of asking or by the day gives another list the second time."""
    world = small_county()
    sampled(world)
    everything = sorted(Claim.objects.within(EVERYTHING).values_list("uuid", flat=True))
    drawn = credit_bank.sample_of(CODE, 2026, everything, 20)

    def by_the_order_of_asking(claims: list) -> frozenset:  # type: ignore[type-arg]
        return frozenset(claims[: len(drawn)])

    same = credit_bank.sample_of(CODE, 2026, list(reversed(everything)), 20)
    assert drawn == same
    bug = by_the_order_of_asking(everything) != by_the_order_of_asking(list(reversed(everything)))
    mutants.tell("agreements", "the sample follows the order of the list", caught=bug)
    mutants.tell(
        "agreements",
        "the year is left out of the sample",
        caught=drawn != credit_bank.sample_of(CODE, 2027, everything, 20),
    )
    mutants.tell(
        "agreements", "the agreement is left out", caught=drawn != credit_bank.sample_of("other", 2026, everything, 20)
    )
