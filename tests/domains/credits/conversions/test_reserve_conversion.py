from datetime import timedelta
from fractions import Fraction
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests.domains.credits.agreements.test_sign_agreement import sign
from tests.domains.credits.claiming import accepted, judged, reviewers
from tests.domains.credits.completed import EVERYTHING
from tests.domains.credits.converting import PROGRAMME, RULES, UNIT, Story, a_story, tightened
from tests.worlds.small_county import COUNTY, acting, on_duty
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.conversions import (
    AgreementCapReached,
    NotEnoughCredit,
    NothingToConvert,
    NotTheReceiver,
    OutcomeNotUsable,
    PlanNotLegal,
    ProgrammeUnknown,
    UuidUsed,
)
from xueqiao.domains.credits.errors.deposits import AccountFrozen, NotYours
from xueqiao.domains.credits.models import Conversion, ConversionHold, ConversionUse, CreditAccount, RuleSetVersion
from xueqiao.domains.credits.queries.conversions import facts_kept
from xueqiao.domains.credits.rules.evaluation import evaluate
from xueqiao.domains.credits.rulesets import shipped
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.ledger import api as ledger

pytestmark = pytest.mark.django_db
OTHER = "elderly-care-associate"


def nothing_moved(story: Story) -> bool:
    rows = (
        Conversion.objects.within(EVERYTHING).count() + ConversionUse.objects.count() + ConversionHold.objects.count()
    )
    return rows == 0 and (story.held.posted, story.held.held_out) == (550, 0)


def test_what_is_reserved_is_held_and_the_ledger_carries_the_hashes_of_rule_and_explanation() -> None:
    story = a_story()
    view = story.reserve()
    assert (view.state, view.amount_hundredths, len(view.uses)) == ("reserved", 400, 2)
    assert [(use.title, use.number, use.taken_hundredths, use.counted_hundredths) for use in view.uses] == [
        ("面点", "第 12 条", 250, 200),
        ("茶艺", "第 12 条", 300, 200),
    ], "18 hours a credit at the university, 16 here; all that it is worth counts, so all is used"
    assert (story.held.posted, story.held.held_out, story.held.available) == (550, 550, 0)
    hold = ConversionHold.objects.get()
    transfer = ledger.get_transfer(hold.transfer_id)
    assert (transfer.state, transfer.expires_at) == ("held", view.expires_at)
    assert transfer.postings[0].destination == f"conversion:{view.uuid}:used"
    assert transfer.memo["rule_sha256"] == view.rules_sha256 == RuleSetVersion.objects.get(code=RULES).sha256
    assert transfer.memo["explanation_sha256"] == view.explanation_sha256
    assert view.expires_at == story.now + timedelta(days=30)


def test_the_explanation_is_the_evaluators_and_can_be_worked_out_again_from_the_row() -> None:
    story = a_story()
    view = story.reserve()
    outcomes = [facts_kept(row.facts) for row in ConversionUse.objects.all()]
    plan = {use.key: (use.number, use.counted_hundredths) for use in view.uses}
    told = evaluate(shipped("open_university"), PROGRAMME, outcomes, on=local_date(story.now), plan=plan)
    assert told.sentences == view.sentences
    assert "可算 4 学分" in view.sentences[0]


def test_the_same_uuid_again_is_the_same_conversion_and_another_wish_under_it_is_refused() -> None:
    story, uuid = a_story(), uuid4()
    plan = story.part()
    first = story.reserve(uuid=uuid, plan=plan)
    assert story.reserve(uuid=uuid, plan=plan) == first
    with pytest.raises(UuidUsed):
        story.reserve(uuid=uuid, plan=plan, programme="elderly-care-associate")
    assert story.held.held_out == 550
    assert AuditEntry.objects.filter(verb="reserve_conversion").count() == 1


def test_an_outcome_is_used_once_as_long_as_a_conversion_is_in_force() -> None:
    story = a_story()
    plan = story.part()
    view = story.reserve("面点")
    with pytest.raises(OutcomeNotUsable):
        story.reserve(plan=plan)
    assert {use.title for use in story.plan().uses} == {"茶艺"}
    story.withdraw(view)
    assert story.reserve(plan=plan).amount_hundredths == 400


def test_what_a_cap_leaves_over_goes_to_another_programme_and_to_no_other_twice() -> None:
    story = a_story("面点", "茶艺", "插花")  # 2.5, 3 and 2.5 credits, worth two each at the university
    tightened(5)
    plan = story.plan()
    (cut,) = [use for use in plan.uses if use.counted_hundredths == 100]
    assert (plan.amount_hundredths, cut.left_hundredths) == (500, cut.taken_hundredths), "half of it counts"
    view = story.reserve()
    assert story.held.held_out == 800 - cut.left_hundredths == sum(use.taken_hundredths for use in view.uses)
    assert story.plan().uses == (), "not into the same programme again"
    with pytest.raises(PlanNotLegal):
        story.reserve(plan={cut.key: ("第 12 条", 1)})
    rest = story.plan(OTHER)
    (use,) = rest.uses
    assert (use.key, use.taken_hundredths, use.counted_hundredths) == (cut.key, cut.left_hundredths, 100)
    assert any("只算还没有用掉的 1/2" in each for each in rest.sentences)
    with pytest.raises(PlanNotLegal):
        story.reserve(programme=OTHER, plan={cut.key: ("第 12 条", 101)})
    second = story.confirm(story.reserve(programme=OTHER, plan=story.part(programme=OTHER)))
    assert (story.held.posted, story.held.available) == (800 - cut.left_hundredths, 0)
    with pytest.raises(OutcomeNotUsable):
        story.reserve(plan={cut.key: ("第 12 条", 1)})
    story.withdraw(view)
    assert sum(use.taken_hundredths for use in story.plan().uses) == 800 - cut.left_hundredths
    story.reverse(second)
    assert story.plan().amount_hundredths == 500
    assert story.held.available == 800, "every hundredth is back"


def test_the_schema_alone_keeps_the_parts_of_an_outcome_from_being_more_than_it_gave() -> None:
    story = a_story()
    story.reserve(plan={key: (number, 50) for key, (number, _) in story.part("面点").items()})
    use = ConversionUse.objects.select_related("claim").get()
    assert (use.taken_hundredths, use.claim.allotted_hundredths) == (63, 63), "a quarter of 250, rounded up"
    uses = ConversionUse.objects.filter(pk=use.pk)
    with pytest.raises(IntegrityError, match="claim_not_overused"), transaction.atomic():
        uses.update(taken_hundredths=251)
    uses.update(taken_hundredths=250)
    use.claim.refresh_from_db()
    assert use.claim.allotted_hundredths == 250
    uses.delete()
    use.claim.refresh_from_db()
    assert use.claim.allotted_hundredths == 0


def test_the_schema_alone_keeps_an_outcome_that_is_used_up_out_of_another_conversion() -> None:
    story = a_story()
    first = story.reserve("面点")
    second = story.reserve("茶艺")
    use = ConversionUse.objects.get(conversion__uuid=first.uuid)
    for wrong in ({"in_force": False}, {"claim": ConversionUse.objects.get(conversion__uuid=second.uuid).claim}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ConversionUse.objects.filter(pk=use.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Conversion.objects.within(EVERYTHING).filter(uuid=first.uuid).update(decided_by=story.person, state="converted")
    story.withdraw(first)
    use.refresh_from_db()
    assert use.in_force is False, "the flag followed its conversion"


def test_a_later_conversion_finds_the_caps_as_full_as_the_earlier_one_left_them() -> None:
    story = a_story("面点", "茶艺", "插花")
    tightened(5)
    whole = story.part()
    assert sum(amount for _, amount in whole.values()) == 500
    story.reserve(plan={key: (number, 200) for key, (number, _) in list(story.part().items())[:2]})
    third = story.plan()
    assert (third.amount_hundredths, third.already_hundredths) == (100, 400)
    (key,) = [use.key for use in third.uses]
    with pytest.raises(PlanNotLegal):
        story.reserve(plan={key: ("第 12 条", 200)})
    assert story.reserve(plan={key: ("第 12 条", 100)}).amount_hundredths == 100


def test_the_same_learning_is_not_converted_again_after_it_was() -> None:
    story = a_story()
    story.confirm(story.reserve("面点"))
    told = story.plan()
    assert [use.title for use in told.uses] == ["茶艺"]


def test_what_cannot_be_reserved() -> None:
    story = a_story()
    plan = story.part()
    key = next(iter(plan))
    stranger = acting(story.world.rider)
    for reason, wanted in (
        (NotYours, {"actor": stranger}),
        (ProgrammeUnknown, {"programme": "no-such"}),
        (ProgrammeUnknown, {"rules_code": "no-such"}),
        (ProgrammeUnknown, {"rules_code": "community", "programme": "community"}),
        (NothingToConvert, {"plan": {}}),
        (OutcomeNotUsable, {"plan": {"o999999": ("第 12 条", 200)}}),
        (PlanNotLegal, {"plan": {key: ("第 12 条", 250)}}),
        (PlanNotLegal, {"plan": {key: ("第 12 条", -1)}}),
        (PlanNotLegal, {"plan": {key: ("第 8 条", 200)}}),
        (NotTheReceiver, {"institution_id": story.world.centre.pk}),
    ):
        with pytest.raises(reason):
            story.reserve(**({"plan": plan} | wanted))
    CreditAccount.objects.within(EVERYTHING).update(frozen_at=story.now)
    with pytest.raises(AccountFrozen):
        story.reserve(plan=plan)
    assert nothing_moved(story)


def test_credit_that_is_gone_from_the_account_cannot_be_held_though_its_outcome_is_known() -> None:
    story = a_story()
    ledger.post_transfer(
        unit=UNIT,
        postings=[ledger.Posting(f"person:{story.person.pk}:available", "elsewhere", 1)],
        key="gone",
        now=story.now,
    )
    with pytest.raises(NotEnoughCredit):
        story.reserve()
    assert not Conversion.objects.within(EVERYTHING).exists()


def test_a_suspended_rule_stops_new_reservations_only() -> None:
    story = a_story()
    view, plan = story.reserve("面点"), story.part("茶艺")
    RuleSetVersion.objects.filter(code=RULES).update(state="suspended")
    with pytest.raises(ProgrammeUnknown):
        story.reserve(plan=plan)
    assert story.confirm(view).state == "converted"


def test_a_daughter_reserves_for_her_mother_and_the_deed_says_so() -> None:
    story = a_story()
    daughter = acting(story.world.daughter, acts_for=(story.person,))
    assert story.reserve(actor=daughter).person_id == story.person.pk
    deed = AuditEntry.objects.get(verb="reserve_conversion")
    assert (deed.actor_person_id, deed.acting_for_id) == (story.world.daughter.pk, story.person.pk)


def trained(story: Story) -> None:
    """A shipped rule set with an agreement, brought to this county."""
    text = RuleSetVersion.objects.get(code="industry-training").text.replace(
        "region = 320200000000", f"region = {COUNTY}"
    )
    RuleSetVersion.objects.filter(code="industry-training").update(text=text, sha256="e" * 64, region=COUNTY)


def by_agreement(story: Story, **wanted: object) -> credit_bank.ConversionPlan:
    trained(story)
    sign(story.world, code="industry-training", **wanted)
    return story.plan("industrial-robotics", "industry-training")


AGREED = {"rules_code": "industry-training", "programme": "industrial-robotics"}


def with_kind(title: str = "焊接") -> Story:
    story = a_story()
    facts = {"hours": 44 * 60, "attendance": Fraction(1), "passed": True, "issuer_kind": "enterprise"}
    judged(
        accepted(story.world, title=title, facts=facts, issuer_institution_id=story.world.centre.pk),
        reviewers(),
        [True] * 3,
        story.world,
    )
    return story


def test_an_agreement_names_its_receiver_and_its_suspension_stops_only_what_is_new() -> None:
    story = with_kind()
    told = by_agreement(story)
    assert [(use.title, use.counted_hundredths) for use in told.uses] == [("焊接", 250)]
    assert [each.id for each in told.receivers] == [story.world.college.pk]
    plan = {use.key: (use.number, use.counted_hundredths) for use in told.uses}
    view = story.reserve(plan=plan, **AGREED)
    assert (view.agreement_code, view.unit) == ("industry-training", "CREDIT.vocational")
    officer = on_duty(story.world.officer, "county_officer", COUNTY)
    credit_bank.suspend_agreement(actor=officer, code="industry-training", is_suspended=True, now=story.now)
    assert story.plan(*reversed(list(AGREED.values()))).uses == ()
    assert story.confirm(view).state == "converted"


def test_an_agreement_allows_each_learner_so_much() -> None:
    story = with_kind()
    told = by_agreement(story, cap_hundredths=200)
    assert [use.counted_hundredths for use in told.uses] == [200], "the plan is cut to the cap"
    (key,) = [use.key for use in told.uses]
    with pytest.raises(AgreementCapReached):
        story.reserve(plan={key: ("第 6 条", 250)}, **AGREED)
    assert story.reserve(plan={key: ("第 6 条", 200)}, **AGREED).amount_hundredths == 200
