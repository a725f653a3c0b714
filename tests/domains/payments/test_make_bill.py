import pytest

from tests.domains.payments.paying import PRICE, SUBSIDY, TO_PAY, owed
from tests.worlds.small_county import COUNTY, TODAY
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.models import Bill
from xueqiao.domains.payments.rules.bills import shares_of
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.parameters.models import Parameter
from xueqiao.foundation.reasons import InvalidInput
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db


def make(case, purpose_id, **changes):
    wanted = {"price_fen": PRICE, "subsidy_fen": SUBSIDY} | changes
    return payments.make_bill(
        actor=Actor.system("test"),
        payer_id=case.world.rider.pk,
        beneficiary_id=case.world.rider.pk,
        institution_id=case.run.institution_id,
        region=case.run.region,
        purpose="enrolment",
        purpose_id=purpose_id,
        subject="国画",
        due_at=case.place.hold_until,
        now=case.now,
        **wanted,
    )


def test_the_shares_are_the_price_to_the_fen():
    bill = owed().bill
    assert bill.to_pay_fen == TO_PAY
    assert {s.payer_kind: s.amount_fen for s in bill.shares} == {"government": SUBSIDY, "learner": TO_PAY}
    assert sum(s.amount_fen for s in bill.shares) == bill.amount_fen == PRICE


def test_one_thing_is_billed_once():
    case = owed()
    assert make(case, case.place.id, price_fen=1_000_00).id == case.bill.id
    assert Bill.objects.within(Scope.everything("test")).count() == 1


@pytest.mark.parametrize("amounts", [(0, 0), (100, 100), (100, 101), (100, -1), (-1, 0)])
def test_impossible_amounts_are_refused(amounts):
    case = owed()
    with pytest.raises(InvalidInput):
        make(case, 999, price_fen=amounts[0], subsidy_fen=amounts[1])
    assert Bill.objects.within(Scope.everything("test")).count() == 1


def test_a_county_may_split_the_subsidy_otherwise():
    case = owed()
    Parameter.objects.create(
        name="payments.subsidy_weights",
        region=COUNTY,
        value={"government": 1, "market": 1, "institution": 1},
        valid_from=TODAY,
        source="县教育局文件",
        approved_by="陈明",
        recorded_at=case.now,
    )
    bill = make(case, 999, price_fen=1000, subsidy_fen=100)
    assert [(s.payer_kind, s.amount_fen) for s in bill.shares] == [
        ("government", 34),
        ("market", 33),
        ("institution", 33),
        ("learner", 900),
    ]


def test_a_subsidy_above_the_price_is_no_split():
    with pytest.raises(ValueError, match="between zero and the price"):
        shares_of(price_fen=1, subsidy_fen=2, weights={"government": 1})
