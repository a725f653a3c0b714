from datetime import timedelta

import pytest

from tests.domains.payments.paying import owed, pay
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.errors.bills import BillAlreadyPaid, BillPastDue

pytestmark = pytest.mark.django_db


def postpone(case, due_at, now=None):
    payments.postpone_bill(actor=case.actor, bill_id=case.bill.id, due_at=due_at, now=now or case.now)


def test_later_but_never_earlier():
    case = owed()
    later = case.bill.due_at + timedelta(minutes=15)
    postpone(case, later)
    postpone(case, case.bill.due_at)
    assert case.fresh().due_at == later


def test_not_when_it_is_over_or_paid():
    case = owed()
    with pytest.raises(BillPastDue):
        postpone(case, case.bill.due_at + timedelta(days=1), now=case.bill.due_at)
    pay(case)
    with pytest.raises(BillAlreadyPaid):
        postpone(case, case.bill.due_at + timedelta(days=1))
    assert case.fresh().due_at == case.bill.due_at
