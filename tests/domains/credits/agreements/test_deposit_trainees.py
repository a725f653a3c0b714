from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.domains.credits.claiming import held_by
from tests.domains.credits.completed import EVERYTHING
from tests.domains.credits.trainees import (
    CODE,
    UNIT,
    a_line,
    agreed,
    deposit,
    giver_of,
    officer_of,
    recognised,
    states,
    trainees,
    why,
)
from tests.mutants import Mutants
from tests.worlds.small_county import add_person, small_county
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.agreements import AgreementHasNoRules, AgreementSuspended, TooManyTrainees
from xueqiao.domains.credits.errors.rulesets import AgreementUnknown
from xueqiao.domains.credits.models import Claim, Evidence, Outcome, TraineeDeposit
from xueqiao.domains.credits.queries import trainees as judging
from xueqiao.domains.credits.rules import agreements as rules
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.ledger.api import balance_of, get_transfer
from xueqiao.foundation.outbox.models import OutboxEvent

pytestmark = pytest.mark.django_db


def test_a_good_line_is_recognised_by_rule_and_cites_rule_evidence_agreement_and_decider() -> None:
    world = small_county()
    agreed(world)
    told = deposit(world, a_line(world.rider, number="ZS-1"))
    assert (told.deposited, told.known, told.wrong, told.amount_hundredths) == (1, 0, 0, 300)
    assert held_by(world.rider, UNIT) == 300
    assert balance_of(UNIT, f"issuer:{world.centre.pk}:granted").posted == -300
    row = Claim.objects.within(EVERYTHING).select_related("rule_version", "agreement", "deposit").get()
    memo = get_transfer(row.transfer_id).memo
    assert memo["rule"] == "industry-training/1"
    assert memo["rule_sha256"] == row.rule_version.sha256
    assert memo["agreement"] == "industry-training/1"
    assert memo["decided_by"].startswith("rule")
    assert memo["deposited_by"] == world.clerk.pk
    assert memo["evidence"] == [bytes(Evidence.objects.get().sha256).hex()]
    assert (row.state, row.deposit.number, row.deposit.post) == ("recognised", "ZS-1", "操作工")
    assert "48 学时" in row.explanation[0]
    assert OutboxEvent.objects.filter(name="credits.ClaimDecided").count() == 1
    assert AuditEntry.objects.filter(verb="deposit_trainee", acting_for_id=world.rider.pk).count() == 1
    assert credit_bank.replay_recognitions().is_sound


def test_the_dry_run_says_what_the_deposit_does_and_writes_nothing() -> None:
    world = small_county()
    agreed(world)
    lines = [a_line(world.rider), a_line(world.elder, unit="NONE"), a_line(world.daughter, grade="不合格")]
    said = credit_bank.access_checked_trainees(actor=giver_of(world), code=CODE, lines=lines, now=world.now)
    assert (recognised(), Outcome.objects.within(EVERYTHING).count()) == (0, 0)
    told = deposit(world, *lines)
    assert [(each.state, each.amount_hundredths) for each in said] == [("good", 300), ("wrong", 0), ("wrong", 0)]
    assert [each.state for each in said] == states(told)
    assert "“考核合格”应为“是”" in told.lines[2].problems[0].refusal.message


def test_the_same_list_twice_adds_nothing() -> None:
    world = small_county()
    agreed(world)
    lines = [a_line(person) for person in trainees(3)]
    assert deposit(world, *lines).deposited == 3
    again = deposit(world, *lines)
    assert (again.deposited, again.known, again.wrong, recognised()) == (0, 3, 0, 3)
    more = deposit(world, *lines, a_line(world.rider))
    assert (more.deposited, more.known) == (1, 3)


def test_evidence_under_another_name_or_with_other_figures_is_refused() -> None:
    world = small_county()
    agreed(world)
    line = a_line(world.rider, number="ZS-7")
    deposit(world, line)
    assert why(deposit(world, a_line(world.elder, number="ZS-7"))) == "number_used_for_another"
    assert why(deposit(world, a_line(world.rider, number="ZS-7", hours="96"))) == "number_used_otherwise"
    told = deposit(world, a_line(world.elder, 2, number="ZS-8"), a_line(world.daughter, 3, number="ZS-8"))
    assert (states(told), why(told, 1)) == (["good", "wrong"], "number_twice_in_list")
    assert (recognised(), held_by(world.elder, UNIT), held_by(world.daughter, UNIT)) == (2, 300, 0)


def test_people_are_found_by_number_phone_or_id_only_together_with_their_name() -> None:
    world = small_county()
    agreed(world)
    twins = [add_person("王大", phone="13900000001", with_account=False) for _ in range(2)]
    for who, state in (
        ({"person": world.rider.code}, "good"),
        ({"person": world.rider.phone}, "known"),
        ({"person": world.rider.code, "name": "王小奇"}, "wrong"),
        ({"person": "13800000000"}, "wrong"),
        ({"person": twins[0].phone, "name": "王大"}, "wrong"),
        ({"person": twins[1].code, "name": "王大", "number": "ZS-2"}, "good"),
    ):
        told = deposit(world, a_line(world.rider, **({"number": "ZS-1"} | who)))
        assert states(told) == [state], who
        if state == "wrong":
            assert why(told) == "trainee_unknown", "nobody and not sure sound the same"


def test_every_cell_that_cannot_be_read_is_named() -> None:
    world = small_county()
    agreed(world)
    wrong = {
        "hours": "很多",
        "grade": "101",
        "completed_on": "2026-02-30",
        "occupation": "工人",
        "kind": "别的",
        "name": "",
    }
    told = deposit(world, a_line(world.rider, **wrong))
    assert {each.column for each in told.lines[0].problems} == set(wrong)
    assert why(deposit(world, a_line(world.rider, completed_on="2026-03-05"))) == "completed_later"
    assert recognised() == 0


def test_cells_are_read_as_people_write_them() -> None:
    world = small_county()
    agreed(world)
    forgiven = {"hours": "４８.5", "grade": "８６", "completed_on": "2026年2月20日", "name": f" {world.rider.name}　"}
    told = deposit(world, a_line(world.rider, **forgiven))
    assert (states(told), told.amount_hundredths) == (["good"], 300)
    row = Outcome.objects.within(EVERYTHING).get()
    assert (row.ends_on, row.facts["hours"], row.facts["grade"]) == (date(2026, 2, 20), 2910, 86)


def test_who_may_deposit() -> None:
    world = small_county()
    agreed(world)
    line = a_line(world.rider)
    for actor in (
        giver_of(world, world.other_centre),
        officer_of(world),
        Actor("resident", person_id=world.rider.pk),
        replace(giver_of(world), duties=()),
    ):
        with pytest.raises(AgreementUnknown):
            deposit(world, line, actor=actor)
    own = deposit(world, line, actor=giver_of(world, person=world.rider))
    assert (why(own), recognised()) == ("own_trainee", 0)


def test_a_suspended_or_ended_agreement_takes_nothing_new_and_leaves_what_there_is() -> None:
    world = small_county()
    agreed(world)
    deposit(world, a_line(world.rider))
    credit_bank.suspend_agreement(actor=officer_of(world), code=CODE, is_suspended=True, now=world.now)
    with pytest.raises(AgreementSuspended):
        deposit(world, a_line(world.elder))
    with pytest.raises(AgreementSuspended):
        credit_bank.access_checked_trainees(
            actor=giver_of(world), code=CODE, lines=[a_line(world.elder)], now=world.now
        )
    assert (held_by(world.rider, UNIT), held_by(world.elder, UNIT), recognised()) == (300, 0, 1)
    credit_bank.suspend_agreement(actor=officer_of(world), code=CODE, is_suspended=False, now=world.now)
    assert deposit(world, a_line(world.elder)).deposited == 1
    assert credit_bank.replay_recognitions().is_sound


def test_the_cap_of_a_learner_may_be_reached_and_not_passed() -> None:
    world = small_county()
    agreed(world, cap_hundredths=600)
    told = deposit(world, a_line(world.rider), a_line(world.rider, unit="ROB-2", hours="96"))
    assert (states(told), why(told, 1)) == (["good", "wrong"], "agreement_cap_used_up")
    assert "最多 6 学分，已用 3，还剩 3，这项要 6" in told.lines[1].problems[0].refusal.message
    other = deposit(world, a_line(world.elder, unit="ROB-2", hours="96"))
    assert (states(other), held_by(world.elder, UNIT)) == (["good"], 600)
    assert held_by(world.rider, UNIT) == 300


def test_the_caps_of_the_rules_hold_within_one_list() -> None:
    """Article 11: twelve credits a year from one issuer."""
    world = small_county()
    agreed(world)
    units = [("ROB-2", "96"), ("ROB-1", "96")]
    lines = [a_line(world.rider, unit=unit, hours=hours) for unit, hours in units]
    for number in range(3, 6):
        credit_bank.publish_unit(
            actor=officer_of(world),
            code=f"ROB-{number}",
            title=f"机器人课程{'三四五'[number - 3]}",
            level=4,
            learning_outcomes=["会"],
            notional_minutes=48 * 60,
            amount_hundredths=300,
            assessment="实操",
            owner_id=world.college.pk,
            effective_from=date(2025, 1, 1),
            now=world.now,
        )
        lines.append(a_line(world.rider, unit=f"ROB-{number}"))
    told = deposit(world, *lines)
    assert (held_by(world.rider, UNIT), told.amount_hundredths) == (1200, 1200)
    assert states(told)[:2] == ["good", "good"]
    assert set(states(told)[2:]) == {"wrong"}
    assert credit_bank.replay_recognitions().is_sound


def test_work_at_a_post_needs_an_occupation_of_the_agreement() -> None:
    world = small_county()
    agreed(world, occupations=["6-31-07-03"])
    practice = {"kind": "岗位实践", "unit": "ROB-P", "hours": "160"}
    told = deposit(
        world,
        a_line(world.rider, **practice),
        a_line(world.rider, **practice, occupation="6-31-01-10"),
        a_line(world.rider, **practice, occupation="6-31-07-03"),
    )
    assert states(told) == ["wrong", "wrong", "good"]
    assert (why(told), why(told, 1), told.amount_hundredths) == ("occupation_outside", "occupation_outside", 500)


def test_too_long_a_list_and_an_agreement_without_rules_are_refused_whole() -> None:
    world = small_county()
    agreed(world, rule_code="")
    with pytest.raises(AgreementHasNoRules):
        deposit(world, a_line(world.rider))
    with pytest.raises(TooManyTrainees):
        deposit(world, *[a_line(world.rider)] * (credit_bank.TRAINEE_LINES_MAX + 1))
    assert recognised() == 0


def test_a_unit_counts_on_the_day_it_was_completed() -> None:
    world = small_county()
    agreed(world)
    told = deposit(world, a_line(world.rider, completed_on="2024-12-31"))
    assert why(told) == "unit_not_in_catalogue"


def test_planted_bugs_are_caught(mutants: Mutants, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each bug lets through what the tests above refuse."""
    world = small_county()
    agreed(world, cap_hundredths=599)
    two = lambda: [a_line(world.rider, unit="ROB-2", hours="96")]  # noqa: E731 - a fresh line each time
    assert states(deposit(world, *two())) == ["wrong"]

    def off_by_one(terms: Any, **asked: Any) -> Any:
        cap = None if terms.cap_hundredths is None else terms.cap_hundredths + 1
        return rules.agreement_covers(replace(terms, cap_hundredths=cap), **asked)

    with monkeypatch.context() as patch:
        patch.setattr(judging, "agreement_covers", off_by_one)
        dry = credit_bank.access_checked_trainees(actor=giver_of(world), code=CODE, lines=two(), now=world.now)
        mutants.tell("agreements", "the cap is one hundredth too wide", caught=[e.state for e in dry] == ["good"])

    credit_bank.suspend_agreement(actor=officer_of(world), code=CODE, is_suspended=True, now=world.now)
    with monkeypatch.context() as patch:
        patch.setattr(judging, "require_carries", lambda terms, *, on: None)
        patch.setattr(
            judging,
            "agreement_covers",
            lambda terms, **asked: rules.agreement_covers(replace(terms, state="active"), **asked),
        )
        dry = credit_bank.access_checked_trainees(
            actor=giver_of(world), code=CODE, lines=[a_line(world.rider)], now=world.now
        )
        mutants.tell("agreements", "a suspended one takes trainees", caught=[e.state for e in dry] == ["good"])
    credit_bank.suspend_agreement(actor=officer_of(world), code=CODE, is_suspended=False, now=world.now)

    line = a_line(world.elder, number="ZS-9")
    deposit(world, line)
    with monkeypatch.context() as patch:
        patch.setattr(judging, "TraineeDeposit", _NoDeposits)
        with pytest.raises(Exception, match="trainee_deposit_number_once"):
            deposit(world, a_line(world.daughter, number="ZS-9"))
        mutants.tell("agreements", "a number is not looked up: the constraint refuses it", caught=True)
    assert TraineeDeposit.objects.within(EVERYTHING).count() == 1


class _NoDeposits:
    """A table that never knows a number."""

    class objects:
        @staticmethod
        def within(scope: Any) -> Any:
            return TraineeDeposit.objects.within(scope).none()


def test_a_list_of_seventy_takes_a_fixed_number_of_reads(django_assert_max_num_queries: Any) -> None:
    world = small_county()
    agreed(world)
    people = trainees(70)
    deposit(world, a_line(world.rider))  # what is opened once
    with django_assert_max_num_queries(2 * 70 + 50):  # a lock and a transfer each are one round trip
        assert deposit(world, *[a_line(person) for person in people]).deposited == 70


def test_a_list_ages_with_its_agreement() -> None:
    world = small_county()
    agreed(world)
    with pytest.raises(Exception, match="agreement_over"):
        deposit(world, a_line(world.rider), now=world.now + timedelta(days=4 * 366))
