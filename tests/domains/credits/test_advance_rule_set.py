from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.domains.credits.claiming import accepted, held_by, judged, reviewers
from tests.domains.credits.test_draft_rule_set import COUNTY_RULES
from tests.worlds.small_county import COUNTY, SmallCounty, add_person, on_duty, small_county
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.rulesets import AnotherMustFile, NotYetInForce, RuleSetUnknown, WrongRuleStep
from xueqiao.domains.credits.models import RuleSetVersion
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
    assert states == {1: "expired", 2: "in_force"}
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
    assert RuleSetVersion.objects.get().state == "filed"


def test_the_database_knows_one_version_in_force_and_two_people() -> None:
    world = small_county()
    credit_bank.adopt_shipped_rules(actor=Actor.system("test"), now=world.now)
    first, _ = two_officers(world)
    credit_bank.draft_rule_set(actor=first, text=COUNTY_RULES, now=world.now)
    draft = RuleSetVersion.objects.filter(code="community", version=2)
    with pytest.raises(IntegrityError, match="rule_set_one_in_force"), transaction.atomic():
        draft.update(state="in_force")
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
