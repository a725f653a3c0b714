import pytest

from tests.domains.payments.paying import money_trace, owed, pay
from xueqiao.domains.payments import api as payments

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("has_expired", "state"), [(True, "expired"), (False, "cancelled")])
def test_an_unpaid_bill_is_closed_once(has_expired, state):
    case = owed()
    for again in (has_expired, not has_expired):
        assert payments.close_bill(actor=case.actor, bill_id=case.bill.id, has_expired=again, now=case.now)
    assert case.fresh().state == state


def test_a_paid_bill_is_not_closed():
    case = owed()
    pay(case)
    before = money_trace()
    assert not payments.close_bill(actor=case.actor, bill_id=case.bill.id, has_expired=True, now=case.now)
    assert money_trace() == before
