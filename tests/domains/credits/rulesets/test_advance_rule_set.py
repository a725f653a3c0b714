from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.domains.credits.claiming import accepted, held_by, judged, reviewers
from tests.domains.credits.completed import EVERYTHING
from tests.domains.credits.rulesets.test_draft_rule_set import COUNTY_RULES
from tests.mutants import Mutants
from tests.worlds.small_county import (
    COUNTY,
    OTHER_COUNTY,
    PROVINCE,
    SmallCounty,
    acting,
    add_person,
    on_duty,
    small_county,
)
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.rulesets import (
    AlreadyOver,
    AnotherMustFile,
    NotYetInForce,
    RuleSetUnknown,
    WrongRuleStep,
)
from xueqiao.domains.credits.models import Claim, RuleSetVersion
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


def two_officers(world: SmallCounty) -> tuple[Actor, Actor]:
    second = add_person("吴敏", born=date(1975, 5, 5))
    return on_duty(world.officer, "county_officer", COUNTY), on_duty(second, "county_officer", COUNTY)


def advance(actor: Actor, world: SmallCounty, *steps: str, version: int = 2) -> str:
    for step in steps:
        view = credit_bank.advance_rule_set(actor=actor, code="community", version=version, to=step, now=world.now)
    return view.state


def test_two_people_bring_a_version_into_force_and_the_one_before_expires() -> None:
    world = small_county()
    credit_bank.adopt_shipped_rules(actor=Actor.system("test"), now=world.now)
    first, second = two_officers(world)
    text = COUNTY_RULES.replace("hours_per_credit = 16 }", "hours_per_credit = 20 }")
    credit_bank.draft_rule_set(actor=first, text=text, now=world.now)
    assert advance(first, world, "reviewed") == "reviewed"
    with pytest.raises(AnotherMustFile):
        advance(first, world, "filed")
    assert advance(second, world, "filed", "in_force") == "in_force"
    states = {row.version: row.state for row in RuleSetVersion.objects.filter(code="community")}
    assert states == {1: "in_force", 2: "in_force"}, "the province's rules go on everywhere else"
    (reach,) = [
        each
        for each in credit_bank.rule_sets_in_reach(region=world.elder.region, on=date(2026, 3, 4))
        if each.code == "community"
    ]
    assert reach.conversions[0].worth.minutes_per_credit == 1200


def test_what_was_recognised_under_the_earlier_version_stays_and_replays_under_it() -> None:
    world = small_county()
    judged(accepted(world), reviewers(), [True] * 3, world)
    first, second = two_officers(world)
    credit_bank.draft_rule_set(
        actor=first, text=COUNTY_RULES.replace("hours_per_credit = 16 }", "hours_per_credit = 44 }"), now=world.now
    )
    advance(first, world, "reviewed")
    advance(second, world, "filed", "in_force")
    assert held_by(world.elder) == 250
    assert credit_bank.replay_recognitions().is_sound
    world.now = world.now.replace(hour=20)
    later = judged(accepted(world, title="茶艺"), reviewers(6)[3:], [True] * 3, world)
    assert later.amount_hundredths == 0 or later.amount_hundredths < 250


def test_steps_are_taken_in_order_and_on_the_day() -> None:
    world = small_county()
    first, second = two_officers(world)
    credit_bank.draft_rule_set(
        actor=first,
        text=COUNTY_RULES.replace("in_force_from = 2026-01-01", "in_force_from = 2027-01-01"),
        now=world.now,
    )
    for step in ("filed", "in_force", "suspended", "draft", "nonsense"):
        with pytest.raises(WrongRuleStep):
            advance(second, world, step)
    advance(second, world, "reviewed", "filed")
    with pytest.raises(NotYetInForce):
        advance(second, world, "in_force")
    with pytest.raises(RuleSetUnknown):
        advance(second, world, "reviewed", version=9)
    with pytest.raises(NotAllowed):
        advance(on_duty(world.other_officer, "county_officer", 320509000000), world, "expired")
    assert RuleSetVersion.objects.get(code="community", version=2).state == "filed"


def test_the_database_knows_one_version_in_force_and_two_people() -> None:
    world = small_county()
    credit_bank.adopt_shipped_rules(actor=Actor.system("test"), now=world.now)
    first, _ = two_officers(world)
    credit_bank.draft_rule_set(actor=first, text=COUNTY_RULES, now=world.now)
    draft = RuleSetVersion.objects.filter(code="community", version=2)
    with pytest.raises(IntegrityError, match="rule_set_one_in_force"), transaction.atomic():
        draft.update(state="in_force", region=PROVINCE)
    with transaction.atomic():
        draft.update(state="in_force")
        with pytest.raises(IntegrityError, match="rule_set_one_in_force"), transaction.atomic():
            RuleSetVersion.objects.filter(code="community", version=1).update(region=COUNTY)
    sample = RuleSetVersion.objects.filter(code="open-university")
    with pytest.raises(IntegrityError, match="rule_set_two_people_on_shipped"), transaction.atomic():
        sample.update(reviewed_by_id=world.officer.pk, filed_by_id=world.officer.pk)
    with pytest.raises(IntegrityError, match="rule_set_two_people"), transaction.atomic():
        draft.update(filed_by_id=world.officer.pk)


def test_whom_a_change_would_touch_is_told_before_it_is_filed() -> None:
    world = small_county()
    judged(accepted(world), reviewers(), [True] * 3, world)
    first, _ = two_officers(world)
    text = COUNTY_RULES.replace("hours_per_credit = 16 }", "hours_per_credit = 20 }")
    told = credit_bank.what_if(actor=first, text=text, now=world.now)
    assert (told.people, told.gaining, told.losing) == (1, 0, 1)
    assert [(each.before_hundredths, each.after_hundredths) for each in told.touched] == [(250, 200)]
    assert told.touched[0].difference_text == "−0.5"
    assert credit_bank.what_if(actor=first, text=COUNTY_RULES, now=world.now).touched == ()
    other = on_duty(world.other_officer, "county_officer", 320509000000)
    assert credit_bank.what_if(actor=other, text=text, now=world.now).people == 0
    assert RuleSetVersion.objects.filter(version=2).count() == 0, "what-if writes nothing"


def test_what_if_looks_only_at_whom_the_place_of_the_text_holds_and_shows_one_example() -> None:
    world = small_county()
    judged(accepted(world), reviewers(), [True] * 3, world)
    province = on_duty(world.officer, "province_officer", PROVINCE)
    harder = COUNTY_RULES.replace("hours_per_credit = 16 }", "hours_per_credit = 20 }")
    told = credit_bank.what_if(actor=province, text=harder, now=world.now)
    assert (told.people, told.people_touched, told.lost_hundredths, told.gained_hundredths) == (1, 1, 50, 0)
    assert told.example is not None
    assert "可算 2.5 学分" in told.example.before[0]
    assert "可算 2 学分" in told.example.after[0]
    assert world.elder.name not in "".join([*told.example.before, *told.example.after])
    elsewhere = harder.replace("320924000000", str(OTHER_COUNTY))
    assert credit_bank.what_if(actor=province, text=elsewhere, now=world.now).people == 0
    in_force(world, COUNTY_RULES)
    of_the_province = harder.replace("320924000000", str(PROVINCE)).replace("version = 2", "version = 3")
    told = credit_bank.what_if(actor=province, text=of_the_province, now=world.now)
    assert (told.people, told.touched) == (0, ()), "the county has rules of its own, which are nearer"


def in_force(world: SmallCounty, text: str) -> None:
    first, second = two_officers(world)
    view = credit_bank.draft_rule_set(actor=first, text=text, now=world.now)
    advance(first, world, "reviewed", version=view.version)
    advance(second, world, "filed", "in_force", version=view.version)


def test_a_sample_comes_into_force_by_two_people_only() -> None:
    world = small_county()
    first, second = (
        on_duty(world.officer, "province_officer", PROVINCE),
        on_duty(world.clerk, "province_officer", PROVINCE),
    )
    steps = {"code": "open-university", "version": 1, "now": world.now}
    credit_bank.advance_rule_set(actor=first, to="reviewed", **steps)
    with pytest.raises(AnotherMustFile):
        credit_bank.advance_rule_set(actor=first, to="filed", **steps)
    credit_bank.advance_rule_set(actor=second, to="filed", **steps)
    assert credit_bank.advance_rule_set(actor=first, to="in_force", **steps).state == "in_force"


def test_a_suspended_county_falls_back_to_the_province_and_an_over_one_does_not_come_back() -> None:
    world = small_county()
    begins = "in_force_from = 2026-01-01"
    in_force(world, COUNTY_RULES.replace(begins, f"{begins}\nin_force_until = 2026-06-01"))
    officer, _ = two_officers(world)

    def version_at(day: date) -> list[int]:
        return [each.version for each in credit_bank.rule_sets_in_reach(region=world.elder.region, on=day)]

    assert version_at(date(2026, 3, 4)) == [2]
    assert version_at(date(2026, 6, 1)) == [1], "over: the next place up"
    advance(officer, world, "suspended")
    assert version_at(date(2026, 3, 4)) == [1]
    world.now = world.now.replace(month=7)
    with pytest.raises(AlreadyOver):
        advance(officer, world, "in_force")


def test_an_officer_replays_the_people_of_her_units(mutants: Mutants) -> None:
    world = small_county()
    view = judged(accepted(world), reviewers(), [True] * 3, world)
    officer, _ = two_officers(world)
    assert credit_bank.replay_recognitions(actor=officer).claims == 1
    elsewhere = on_duty(world.other_officer, "county_officer", OTHER_COUNTY)
    assert credit_bank.replay_recognitions(actor=elsewhere).claims == 0
    with pytest.raises(NotAllowed):
        credit_bank.replay_recognitions(actor=acting(world.elder))
    Claim.objects.within(EVERYTHING).filter(uuid=view.uuid).update(amount_hundredths=300)
    told = credit_bank.replay_recognitions(actor=officer)
    mutants.tell("rules", "an amount that was changed by hand", caught=not told.is_sound)
