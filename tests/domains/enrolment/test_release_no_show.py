from datetime import timedelta

import pytest

from tests.domains.enrolment.lines import FullClass
from tests.domains.enrolment.seats_and_places import ALL, trace
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.seats import PlaceNotConfirmed
from xueqiao.domains.enrolment.models import Place
from xueqiao.domains.payments import api as payments
from xueqiao.foundation.audit.api import Actor

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("release_no_shows")


def release(case, number=0, now=None):
    return enrolment.release_no_show(actor=SYSTEM, place_id=case.places[number].pk, absences=5, now=now or case.now)


def test_the_seat_goes_to_the_line_and_to_nobody_else():
    case = FullClass(capacity=2)
    case.join(case.person("候补一"))
    assert release(case) is True
    assert case.pool() == (1, 1, 1, 1)
    case.walk()
    assert case.offered() == ["候补一"]
    place = Place.objects.within(ALL).get(pk=case.places[0].pk)
    assert (place.state, place.end_reason, place.ended_at) == ("removed", "no_show", case.now)


def test_nobody_waits_nothing_moves():
    case = FullClass(capacity=1)
    before = trace()
    assert release(case) is False
    assert trace() == before


def test_twice_is_once():
    case = FullClass(capacity=2)
    case.join(case.person("候补一"))
    release(case)
    before = trace()
    with pytest.raises(PlaceNotConfirmed):
        release(case, now=case.now + timedelta(hours=1))
    assert trace() == before


def test_no_money_goes_back():
    case = FullClass(capacity=1, price_fen=36000)
    case.join(case.person("候补一"))
    release(case)
    bill = payments.find_bill_for(purpose="enrolment", purpose_id=case.places[0].pk)
    assert bill is None or bill.refunded_fen == 0
