import pytest

from tests.domains.payments.paying import owed
from tests.domains.payments.settling import paid_case, sessions_of, states
from xueqiao.domains.payments import api as payments

pytestmark = pytest.mark.django_db


def test_a_paid_bill_pays_for_every_meeting_once(deliver_due):
    case = paid_case(deliver_due)
    assert states(case) == ["waiting"] * 8
    assert payments.plan_parts(bill_id=case.bill.id, delivery_ids=[1, 2, 3], now=case.now) == 0
    assert payments.deliveries_waiting(case.bill.id) == [s.pk for s in sessions_of(case)]


def test_an_unpaid_bill_pays_for_nothing():
    case = owed()
    assert payments.plan_parts(bill_id=case.bill.id, delivery_ids=[1], now=case.now) == 0
    assert states(case) == []
