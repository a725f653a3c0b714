import pytest

from tests.domains.payments.settling import paid_case, part_trace, release, sessions_of, states
from xueqiao.domains.payments import api as payments

pytestmark = pytest.mark.django_db


def owe(case, number, **more):
    return payments.owe_part(bill_id=case.bill.id, delivery_id=sessions_of(case)[number - 1].pk, now=case.now, **more)


def test_a_meeting_that_fell_out_is_owed_and_can_be_made_up(deliver_due):
    case = paid_case(deliver_due)
    assert owe(case, 3)
    assert states(case)[2] == "owed"
    assert payments.parts_owed_before(case.now) == [(case.bill.id, sessions_of(case)[2].pk, case.now)]
    assert owe(case, 3, made_up_by=999)
    assert states(case)[2] == "waiting"
    assert payments.bills_paying_for(999, states=("waiting",)) == [case.bill.id]


def test_a_meeting_already_paid_for_makes_up_for_nothing(deliver_due):
    case = paid_case(deliver_due)
    owe(case, 3)
    before = part_trace(case)
    assert not owe(case, 3, made_up_by=sessions_of(case)[3].pk)
    assert part_trace(case) == before


def test_a_held_meeting_is_not_owed(deliver_due):
    case = paid_case(deliver_due)
    release(case, 1)
    before = part_trace(case)
    assert not owe(case, 1)
    assert part_trace(case) == before
