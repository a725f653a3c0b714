from dataclasses import replace
from datetime import date

import pytest

from tests.domains.credits.agreements.test_sign_agreement import sign
from tests.domains.credits.claiming import accepted, claimed, held_by, judged, reviewer, reviewers
from tests.domains.credits.completed import EVERYTHING
from tests.worlds.small_county import COUNTY, OTHER_COUNTY, SmallCounty, acting, on_duty, small_county
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.agreements import AgreementCapUsedUp
from xueqiao.domains.credits.errors.claims import (
    ClaimNotAtThisStep,
    ClaimUnknown,
    JudgedAlready,
    NotWorthAnything,
    OwnClaim,
    OwnInstitution,
)
from xueqiao.domains.credits.models import Claim, CreditAccount, Opinion, Outcome, RuleSetVersion
from xueqiao.foundation.ledger.api import balance_of, get_transfer
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db


def test_the_third_voice_decides_and_the_ledger_leads_back_to_rule_evidence_and_deciders() -> None:
    world = small_county()
    view, group = accepted(world), reviewers()
    assert judged(view, group[:2], [True, True], world).state == "accepted"
    assert held_by(world.elder) == 0
    view = judged(view, group[2:], [False], world)
    assert (view.state, view.amount_hundredths, held_by(world.elder)) == ("recognised", 250, 250)
    row = Claim.objects.within(EVERYTHING).get()
    memo = get_transfer(row.transfer_id).memo
    assert memo["rule"] == "community/1"
    assert memo["rule_sha256"] == row.rule_version.sha256
    assert len(memo["evidence"]) == 1
    assert memo["reviewers"] == sorted(actor.person_id for actor in group)
    assert balance_of("CREDIT.community", "issuer:outside:granted").posted == -250
    assert OutboxEvent.objects.filter(name="credits.ClaimDecided").count() == 1


def test_a_majority_against_refuses_with_words_and_a_last_day_for_the_appeal() -> None:
    world = small_county()
    view = judged(accepted(world), reviewers(), [False, True, False], world)
    assert (view.state, view.decision_words, held_by(world.elder)) == ("refused", "材料不全", 0)
    assert view.appeal_until == date(2026, 3, 25), "fifteen working days"


def test_the_hours_that_rounding_left_are_kept_for_the_next_claim() -> None:
    """44 hours are 2.5 and 4 kept; the next 44 are 3: 5.5 in all, as in the table of vectors."""
    world = small_county()
    group = reviewers()
    amounts = [
        judged(accepted(world, title=title), group, [True] * 3, world).amount_hundredths for title in ("面点", "茶艺")
    ]
    assert (amounts, held_by(world.elder)) == ([250, 300], 550)


def test_the_same_learning_is_not_recognised_twice() -> None:
    world = small_county()
    group = reviewers()
    judged(accepted(world, title="茶艺（初级）"), group, [True] * 3, world)
    view = accepted(world, title="茶艺 中级")
    judged(view, group[:2], [True] * 2, world)
    with pytest.raises(NotWorthAnything) as refusal:
        judged(view, group[2:], [True], world)
    assert "同一学习内容" in refusal.value.message
    assert held_by(world.elder) == 250
    assert Opinion.objects.filter(claim__uuid=view.uuid).count() == 2, "the third voice was not kept"


def test_what_is_in_the_catalogue_is_decided_by_one() -> None:
    world = small_county()
    credit_bank.publish_unit(
        actor=on_duty(world.officer, "county_officer", COUNTY),
        code="PASTRY-1",
        title="中式面点",
        level=2,
        learning_outcomes=["会做三种面点"],
        notional_minutes=44 * 60,
        amount_hundredths=250,
        assessment="实操",
        owner_id=world.college.pk,
        effective_from=date(2026, 1, 1),
        now=world.now,
    )
    facts = {"hours": 44 * 60, "attendance": 1, "passed": True, "unit": "PASTRY-1"}
    view = accepted(world, facts=facts)
    assert view.reviewers_needed == 1
    assert judged(view, reviewers(1), [True], world).state == "recognised"


def test_who_may_not_judge() -> None:
    world = small_county()
    view = accepted(world, issuer_institution_id=world.centre.pk)
    own = reviewer("本中心文员", world.centre)
    for actor, reason in (
        (own, OwnInstitution),
        (on_duty(world.daughter, "county_officer", COUNTY), OwnClaim),
        (on_duty(world.elder, "county_officer", COUNTY), OwnClaim),
        (on_duty(world.other_officer, "county_officer", OTHER_COUNTY), ClaimUnknown),
        (acting(world.rider), NotAllowed),
        (replace(own, roles=frozenset({"teacher"})), NotAllowed),
    ):
        with pytest.raises(reason):
            judged(view, [actor], [True], world)
    assert Opinion.objects.count() == 0


def test_nobody_speaks_twice_nor_before_the_papers_were_checked_nor_refuses_without_words() -> None:
    world = small_county()
    early, group = claimed(world), reviewers()
    with pytest.raises(ClaimNotAtThisStep):
        judged(early, group[:1], [True], world)
    view = accepted(world, title="茶艺")
    judged(view, group[:1], [True], world)
    with pytest.raises(JudgedAlready):
        judged(view, group[:1], [True], world)
    with pytest.raises(InvalidInput):
        credit_bank.judge_claim(actor=group[1], claim_uuid=view.uuid, is_for=False, words=" ", now=world.now)
    assert Opinion.objects.count() == 1


def test_a_frozen_account_receives_nothing() -> None:
    world = small_county()
    view, group = accepted(world), reviewers()
    judged(view, group[:2], [True] * 2, world)
    CreditAccount.objects.within(EVERYTHING).update(frozen_at=world.now)
    with pytest.raises(Exception, match="account_frozen"):
        judged(view, group[2:], [True], world)
    assert (held_by(world.elder), Claim.objects.within(EVERYTHING).get().state) == (0, "accepted")


def test_history_worked_out_again_gives_the_same_balances_and_notices_a_changed_one() -> None:
    world = small_county()
    group = reviewers()
    for title in ("面点", "茶艺", "插花"):
        judged(accepted(world, title=title), group, [True] * 3, world)
        world.now = world.now.replace(minute=world.now.minute + 1)
    told = credit_bank.replay_recognitions()
    assert (told.claims, told.accounts, told.is_sound) == (3, 1, True)
    Claim.objects.within(EVERYTHING).filter(outcome__title="茶艺").update(amount_hundredths=350)
    assert len(credit_bank.replay_recognitions().wrong) == 1


def under_an_agreement(world: SmallCounty, title: str) -> credit_bank.ClaimView:
    """A course at 合德, claimed by the learner herself under the rules of school-enterprise recognition."""
    facts = {"hours": 48 * 60, "attendance": 1, "passed": True, "issuer_kind": "school"}
    view = accepted(world, title=title, issuer_institution_id=world.centre.pk, facts=facts)
    rules = RuleSetVersion.objects.get(code="industry-training")
    Claim.objects.within(EVERYTHING).filter(uuid=view.uuid).update(rule_version=rules, programme="industrial-robotics")
    return view


def test_an_agreement_carries_what_its_own_giver_certified_up_to_its_cap() -> None:
    world = small_county()
    group = reviewers()
    sign(world, cap_hundredths=500)
    first, second, third = (under_an_agreement(world, title) for title in ("电工", "焊接", "数控"))
    assert judged(first, group, [True] * 3, world).amount_hundredths == 300
    assert Claim.objects.within(EVERYTHING).get(uuid=first.uuid).agreement.code == "industry-training"
    judged(second, group[:2], [True] * 2, world)
    with pytest.raises(AgreementCapUsedUp):
        judged(second, group[2:], [True], world)
    Claim.objects.within(EVERYTHING).filter(uuid=third.uuid).update(state="accepted")
    Outcome.objects.within(EVERYTHING).filter(claim__uuid=third.uuid).update(issuer=world.other_centre)
    judged(third, group[:2], [True] * 2, world)
    with pytest.raises(NotWorthAnything) as refusal:
        judged(third, group[2:], [True], world)
    assert "互认协议" in refusal.value.message, "its giver signed none, though another did"
    assert held_by(world.elder, "CREDIT.vocational") == 300


def test_what_a_suspended_agreement_carried_before_still_counts_as_learned() -> None:
    world = small_county()
    group = reviewers()
    sign(world)
    judged(under_an_agreement(world, "电工（初级）"), group, [True] * 3, world)
    sign(world, code="second", frame="industry-training", giver_id=world.other_centre.pk)
    officer = on_duty(world.officer, "county_officer", COUNTY)
    credit_bank.suspend_agreement(actor=officer, code="industry-training", is_suspended=True, now=world.now)
    view = under_an_agreement(world, "电工 中级")
    Outcome.objects.within(EVERYTHING).filter(claim__uuid=view.uuid).update(issuer=world.other_centre)
    judged(view, group[:2], [True] * 2, world)
    with pytest.raises(NotWorthAnything) as refusal:
        judged(view, group[2:], [True], world)
    assert "同一学习内容" in refusal.value.message
    assert credit_bank.replay_recognitions().is_sound


def test_permission_is_asked_before_the_words_are_read() -> None:
    world = small_county()
    view = accepted(world)
    wordless = {"claim_uuid": view.uuid, "is_for": False, "words": "", "now": world.now}
    with pytest.raises(OwnClaim):
        credit_bank.judge_claim(actor=on_duty(world.daughter, "county_officer", COUNTY), **wordless)
    with pytest.raises(ClaimUnknown):
        credit_bank.judge_claim(actor=on_duty(world.other_officer, "county_officer", OTHER_COUNTY), **wordless)
    with pytest.raises(NotAllowed):
        credit_bank.judge_claim(actor=acting(world.rider), **wordless)
