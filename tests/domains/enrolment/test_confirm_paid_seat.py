import pytest

from tests.domains.enrolment.seats_and_places import state_of, trace
from tests.domains.payments.paying import owed, pay
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.foundation.outbox.models import OutboxEvent

pytestmark = pytest.mark.django_db


def test_without_money_nothing_is_confirmed():
    case = owed()
    before = trace()
    assert enrolment.confirm_paid_seat(place_id=case.place.id, now=case.now).state == "held"
    assert trace() == before


def test_told_twice_it_is_one_place():
    case = owed()
    pay(case)
    for _ in range(2):
        assert enrolment.confirm_paid_seat(place_id=case.place.id, now=case.now).state == "confirmed"
    assert case.pool() == (0, 1)
    assert OutboxEvent.objects.filter(name="enrolment.PlaceConfirmed").count() == 1


def test_after_a_full_refund_nothing_is_confirmed_again():
    case = owed()
    pay(case)
    enrolment.confirm_paid_seat(place_id=case.place.id, now=case.now)
    enrolment.withdraw(actor=case.actor, place_uuid=case.place.uuid, now=case.now)
    assert enrolment.confirm_paid_seat(place_id=case.place.id, now=case.now).state == "withdrawn"
    assert state_of(case.place) == "withdrawn"
    assert case.pool() == (0, 0)
