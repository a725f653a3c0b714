import pytest

from tests.domains.payments.paying import books, owed
from tests.domains.payments.settling import SYSTEM, paid_case, release, shares, states
from xueqiao.domains.payments import api as payments

pytestmark = pytest.mark.django_db


def test_what_is_held_pays_for_the_meetings_of_the_other_class(deliver_due):
    case = paid_case(deliver_due)
    release(case, 1)
    before = books()
    assert payments.move_parts(actor=SYSTEM, bill_id=case.bill.id, delivery_ids=[901, 902, 903], now=case.now) == 3
    assert books() == before
    assert states(case) == ["released", *["moved"] * 7, *["waiting"] * 3]
    for delivery_id in (901, 902, 903):
        payments.release_part(actor=SYSTEM, bill_id=case.bill.id, delivery_id=delivery_id, now=case.now)
    assert shares(case) == {"government": (12000, 0, 0), "learner": (24000, 0, 0)}


def test_an_unpaid_bill_moves_nothing():
    case = owed()
    assert payments.move_parts(actor=SYSTEM, bill_id=case.bill.id, delivery_ids=[901], now=case.now) == 0
    assert states(case) == []


def test_who_comes_back_finds_her_meetings_waiting_and_a_repeat_changes_nothing(deliver_due):
    case = paid_case(deliver_due)
    first = [part.delivery_id for part in payments.parts_of(case.bill.id)]
    release(case, 1)
    for deliveries, count in (([901, 902], 2), ([901, 902], 2), (first, 7)):
        assert payments.move_parts(actor=SYSTEM, bill_id=case.bill.id, delivery_ids=deliveries, now=case.now) == count
    assert states(case) == ["released", *["waiting"] * 7, "moved", "moved"]


def test_held_money_is_never_left_with_nothing_to_wait_for(deliver_due):
    case = paid_case(deliver_due)
    first = payments.parts_of(case.bill.id)[0].delivery_id
    release(case, 1)
    before = states(case)
    assert payments.move_parts(actor=SYSTEM, bill_id=case.bill.id, delivery_ids=[first], now=case.now) == 0
    assert states(case) == before
