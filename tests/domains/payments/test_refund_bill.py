import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.domains.payments.paying import TO_PAY, books, money_trace, owed, pay
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.errors import bills as errors
from xueqiao.domains.payments.models import Bill
from xueqiao.domains.payments.rules.bills import shares_of, shares_returned
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db


def refund(case, fen, key="k"):
    return payments.refund_bill(
        actor=Actor.system("test"),
        bill_id=case.bill.id,
        learner_amount_fen=fen,
        key=key,
        reason="退课",
        rule="按没上的次数退",
        now=case.now,
    )


def paid():
    case = owed()
    pay(case)
    return case


def test_half_back_is_half_back_to_everybody(deliver_due):
    case = paid()
    refund(case, TO_PAY // 2)
    assert books() == {
        "gateway:rehearsal:clearing": -12000,
        "payer:government": -6000,
        f"bill:{case.bill.id}:held": 18000,
    }
    assert case.fresh().state == "partly_refunded"
    deliver_due(case.now)
    assert [r.state for r in payments.refunds_of(case.bill.id)] == ["done"]


def test_all_back_empties_the_books():
    case = paid()
    refund(case, 1, "a")
    refund(case, TO_PAY - 1, "b")
    assert books() == {}
    assert case.fresh().state == "refunded"


def test_the_same_cause_refunds_once():
    case = paid()
    assert refund(case, 100).uuid == refund(case, 100).uuid
    assert case.fresh().refunded_fen == 100


def test_the_same_cause_with_another_amount_is_refused():
    case = paid()
    refund(case, 100)
    before = money_trace()
    with pytest.raises(errors.RefundKeyReused):
        refund(case, 101)
    assert money_trace() == before


@pytest.mark.parametrize("fen", [0, -1, TO_PAY + 1])
def test_never_above_what_was_paid(fen):
    case = paid()
    before = money_trace()
    with pytest.raises(errors.RefundAboveCollected):
        refund(case, fen)
    assert money_trace() == before


def test_an_unpaid_bill_gives_nothing_back():
    case = owed()
    before = money_trace()
    with pytest.raises(errors.RefundAboveCollected):
        refund(case, 1)
    assert money_trace() == before


def test_the_constraint_stands_behind_the_rule():
    case = paid()
    with pytest.raises(IntegrityError), transaction.atomic():
        Bill.objects.within(Scope.everything("test")).filter(pk=case.bill.id).update(refunded_fen=TO_PAY + 1)


@given(
    price=st.integers(1, 10**9),
    part=st.integers(0, 10**9),
    weights=st.tuples(*[st.integers(0, 5)] * 3),
    cuts=st.lists(st.integers(1, 10**9), max_size=6),
)
def test_refunds_in_any_parts_return_every_share_to_the_fen(price, part, weights, cuts):
    subsidy = part % price
    named = dict(zip(("government", "market", "institution"), weights, strict=True))
    if not any(weights):
        named["government"] = 1
    shares = shares_of(price_fen=price, subsidy_fen=subsidy, weights=named)
    assert sum(s.amount_fen for s in shares) == price
    to_pay, back, before = price - subsidy, {}, 0
    for cut in [*cuts, to_pay]:
        amount = min(cut, to_pay - before)
        if amount <= 0:
            break
        for share in shares_returned(shares, to_pay_fen=to_pay, refunded_before_fen=before, refund_fen=amount):
            assert share.amount_fen > 0
            back[share.payer_kind] = back.get(share.payer_kind, 0) + share.amount_fen
        before += amount
    assert back == {s.payer_kind: s.amount_fen for s in shares if s.amount_fen}
