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
    RuleDayTaken,
    RuleSetUnknown,
    WrongRuleStep,
)
from xueqiao.domains.credits.models import Claim, RuleSetVersion
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 4)


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
    assert advance(second, world, "filed") == "in_force", "its day is past already: at once"
    states = {each.version: each.state for each in credit_bank.rule_versions(on=TODAY, code="community")}
    assert states == {1: "in_force", 2: "in_force"}, "the province's rules go on everywhere else"
    (reach,) = [
        each for each in credit_bank.rule_sets_in_reach(region=world.elder.region, on=TODAY) if each.code == "community"
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
    advance(second, world, "filed")
    assert held_by(world.elder) == 250
    assert credit_bank.replay_recognitions().is_sound
    world.now = world.now.replace(hour=20)
    later = judged(accepted(world, title="茶艺"), reviewers(6)[3:], [True] * 3, world)
    assert later.amount_hundredths == 0 or later.amount_hundredths < 250


def filed_from(world: SmallCounty, version: int, day: date, until: date | None = None) -> str:
    """File a version of the county's rules that says its day; return its state then."""
    first, second = two_officers(world)
    said = f"in_force_from = {day}" + (f"\nin_force_until = {until}" if until else "")
    text = COUNTY_RULES.replace("in_force_from = 2026-01-01", said).replace("version = 2", f"version = {version}")
    credit_bank.draft_rule_set(actor=first, text=text, now=world.now)
    advance(first, world, "reviewed", version=version)
    return advance(second, world, "filed", version=version)


def days_of(world: SmallCounty, *days: date) -> list[int]:
    return [
        each.version
        for day in days
        for each in credit_bank.rule_sets_in_reach(region=world.elder.region, on=day)
        if each.code == "community"
    ]


def test_a_version_comes_into_force_by_its_day_and_the_one_before_ends_the_same_instant() -> None:
    world = small_county()
    assert filed_from(world, 2, date(2026, 1, 1)) == "in_force"
    assert filed_from(world, 3, date(2026, 7, 1)) == "filed"
    july = [date(2026, 6, 30), date(2026, 7, 1)]
    assert days_of(world, date(2026, 3, 3), TODAY, *july) == [1, 2, 2, 3], "no press, no job; nothing before its filing"
    for on, states in zip(july, [("filed", "in_force"), ("in_force", "expired")], strict=True):
        shown = [each.state for each in credit_bank.rule_versions(on=on, code="community") if each.version > 1]
        assert tuple(shown) == states
    row = RuleSetVersion.objects.get(version=2)
    assert (row.starts_on, row.ends_on) == (TODAY, date(2026, 7, 1))
    assert filed_from(world, 4, date(2026, 5, 1), until=date(2026, 6, 1)) == "filed", "one between, for a month"
    assert days_of(world, date(2026, 4, 30), date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)) == [2, 4, 1, 3]
    with pytest.raises(RuleDayTaken) as taken:
        filed_from(world, 5, date(2026, 7, 1))
    assert "第 3 版也从 2026-07-01 起施行" in taken.value.message
    row = RuleSetVersion.objects.get(version=5)
    assert (row.state, row.starts_on, row.filed_by_id) == ("reviewed", None, None)


def test_repealed_before_its_day_it_ended_nothing_and_repealed_later_it_brings_nothing_back() -> None:
    world = small_county()
    filed_from(world, 2, date(2026, 1, 1))
    filed_from(world, 3, date(2026, 7, 1))
    officer, _ = two_officers(world)
    assert advance(officer, world, "expired", version=3) == "expired"
    assert days_of(world, TODAY, date(2026, 7, 1)) == [2, 2]
    filed_from(world, 4, date(2026, 7, 1))
    world.now = world.now.replace(month=8, day=1)
    officer, _ = two_officers(world)
    advance(officer, world, "expired", version=4)
    asked = [date(2026, 6, 30), date(2026, 7, 31), date(2026, 8, 1)]
    assert days_of(world, *asked) == [2, 4, 1], (
        "what was in force on a day stays so; from today on it is the province's"
    )


def test_what_is_recognised_around_the_day_cites_the_rules_of_its_own_day_and_replays() -> None:
    world = small_county()
    harder = COUNTY_RULES.replace("hours_per_credit = 16 }", "hours_per_credit = 22 }")
    first, second = two_officers(world)
    credit_bank.draft_rule_set(
        actor=first, text=harder.replace("in_force_from = 2026-01-01", "in_force_from = 2026-03-05"), now=world.now
    )
    advance(first, world, "reviewed")
    advance(second, world, "filed")
    before = judged(accepted(world), reviewers(), [True] * 3, world)
    world.now = world.now.replace(month=3, day=5)
    after = judged(accepted(world, title="茶艺"), reviewers(6)[3:], [True] * 3, world)
    assert (before.amount_hundredths, "第 1 版" in before.rule_title) == (250, True)
    assert (after.amount_hundredths, "第 2 版" in after.rule_title) == (200, True)
    assert credit_bank.replay_recognitions().is_sound


def test_steps_are_taken_in_order() -> None:
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
    for step in ("in_force", "suspended"):
        with pytest.raises(WrongRuleStep):
            advance(second, world, step)
    with pytest.raises(RuleSetUnknown):
        advance(second, world, "reviewed", version=9)
    with pytest.raises(NotAllowed):
        advance(on_duty(world.other_officer, "county_officer", 320509000000), world, "expired")
    assert RuleSetVersion.objects.get(code="community", version=2).state == "filed"


def test_the_database_knows_one_version_in_force_each_day_and_two_people() -> None:
    world = small_county()
    filed_from(world, 2, date(2026, 1, 1))
    filed_from(world, 3, date(2026, 7, 1))
    rows = RuleSetVersion.objects.filter(code="community")
    with pytest.raises(IntegrityError, match="rule_set_one_in_force"), transaction.atomic():
        rows.filter(version=2).update(ends_on=date(2026, 7, 2))
    with pytest.raises(IntegrityError, match="rule_set_one_in_force"), transaction.atomic():
        rows.filter(version=1).update(region=COUNTY)
    rows.filter(version=2).update(ends_on=date(2026, 6, 1))
    for wrong in ({"state": "draft"}, {"starts_on": None, "ends_on": None}):
        with pytest.raises(IntegrityError, match="rule_set_dated_by_filing"), transaction.atomic():
            rows.filter(version=2).update(**wrong)
    for wrong in ({"ends_on": TODAY}, {"starts_on": date(2025, 12, 31)}, {"starts_on": None}):
        with pytest.raises(IntegrityError, match="rule_set_d"), transaction.atomic():
            rows.filter(version=2).update(**wrong)
    sample = RuleSetVersion.objects.filter(code="open-university")
    with pytest.raises(IntegrityError, match="rule_set_two_people_on_shipped"), transaction.atomic():
        sample.update(reviewed_by_id=world.officer.pk, filed_by_id=world.officer.pk)
    with pytest.raises(IntegrityError, match="rule_set_two_people"), transaction.atomic():
        rows.filter(version=2).update(filed_by_id=world.officer.pk)


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
    advance(second, world, "filed", version=view.version)


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
    assert credit_bank.advance_rule_set(actor=second, to="filed", **steps).state == "in_force"


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
    assert advance(officer, world, "in_force") == "in_force"
    assert version_at(date(2026, 3, 4)) == [2]
    advance(officer, world, "suspended")
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
