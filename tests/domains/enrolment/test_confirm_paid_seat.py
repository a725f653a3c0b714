from datetime import timedelta

import pytest

from tests.domains.enrolment.seats_and_places import state_of, trace
from tests.domains.payments.paying import TO_PAY, begin, money_trace, owed, pay, send, signed
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.foundation.audit.values import Actor
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


def test_news_after_a_withdrawal_gives_no_more_back_than_the_rule():
    """The desk confirms before the news is delivered; a learner who leaves in between gets what the rule says, once."""
    case = owed()
    pay(case)
    enrolment.confirm_paid_seat(place_id=case.place.id, now=case.now)
    later = case.now + timedelta(days=8)  # two meetings are over: part of the price comes back
    given = enrolment.withdraw(actor=case.actor, place_uuid=case.place.uuid, now=later).refund_fen
    assert 0 < given < TO_PAY
    before = money_trace()
    assert enrolment.confirm_paid_seat(place_id=case.place.id, now=later).state == "withdrawn"
    assert money_trace() == before
    assert case.fresh().refunded_fen == given


def test_late_money_for_a_class_that_is_by_list_now_goes_back():
    """Her hold ended, the class became a firm's, and then her money came."""
    case = owed()
    late, started = case.now + timedelta(hours=1), begin(case)
    enrolment.expire_holds(now=late)
    list_of_others = {"run_id": case.place.run_id, "host": "射阳绣品有限公司", "learners": [("别人", "13900000778")]}
    enrolment.list_learners(actor=Actor.system("test"), **list_of_others, now=late)
    send(signed(started, late), late)
    assert enrolment.confirm_paid_seat(place_id=case.place.id, now=late).state == "expired"
    assert case.pool() == (0, 0)
    assert case.fresh().refunded_fen == TO_PAY
