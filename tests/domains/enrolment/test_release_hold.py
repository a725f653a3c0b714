import pytest

from tests.domains.enrolment.seats_and_places import held, pool, state_of, trace
from tests.domains.payments.paying import money_trace, owed, pay
from tests.worlds.small_county import acting, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors import seats as errors

pytestmark = pytest.mark.django_db


def release(world, place, actor=None):
    return enrolment.release_hold(actor=actor or acting(world.rider), place_uuid=place.uuid, now=world.now)


def test_the_seat_comes_back_once():
    world = small_county()
    place = held(world)
    for _ in range(2):
        assert release(world, place).state == "released"
    assert pool(world.run) == (0, 0)


def test_the_bill_is_cancelled_with_it():
    case = owed()
    release(case.world, case.place)
    assert case.fresh().state == "cancelled"


def test_a_paid_seat_is_not_released_by_this_door():
    case = owed()
    pay(case)
    before = trace(), money_trace()
    with pytest.raises(errors.PlaceNotHeld):
        release(case.world, case.place)
    assert (trace(), money_trace()) == before


def test_a_confirmed_place_needs_a_withdrawal():
    world = small_county()
    place = held(world)
    enrolment.confirm_seat(actor=acting(world.rider), place_uuid=place.uuid, now=world.now)
    with pytest.raises(errors.PlaceNotHeld):
        release(world, place)
    assert state_of(place) == "confirmed"
