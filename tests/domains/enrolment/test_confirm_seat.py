import pytest

from tests.domains.enrolment.seats_and_places import held, pool, state_of, trace
from tests.worlds.small_county import HEDE, acting, add_run, on_duty, small_county
from xueqiao.domains.classes.models import ClassRun
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors import seats as errors
from xueqiao.domains.people.errors import MayNotActFor
from xueqiao.foundation.outbox.models import OutboxEvent

pytestmark = pytest.mark.django_db


def confirm(world, place, actor=None, now=None):
    return enrolment.confirm_seat(actor=actor or acting(world.rider), place_uuid=place.uuid, now=now or world.now)


def refused(error, *args, **kwargs):
    before = trace()
    with pytest.raises(error):
        confirm(*args, **kwargs)
    assert trace() == before


def test_a_free_seat_is_confirmed_once():
    world = small_county()
    place = held(world)
    assert confirm(world, place).state == "confirmed"
    assert confirm(world, place).state == "confirmed"
    assert pool(world.run) == (0, 1)
    assert OutboxEvent.objects.filter(name="enrolment.PlaceConfirmed").count() == 1
    assert enrolment.confirmed_persons(world.run.pk) == [world.rider.pk]


def test_after_its_time_a_hold_is_not_confirmed():
    world = small_county()
    place = held(world)
    refused(errors.HoldExpired, world, place, now=place.hold_until)
    enrolment.expire_holds(now=place.hold_until)
    refused(errors.HoldExpired, world, place)


def test_a_released_seat_is_not_confirmed():
    world = small_county()
    place = held(world)
    enrolment.release_hold(actor=acting(world.rider), place_uuid=place.uuid, now=world.now)
    refused(errors.PlaceNotHeld, world, place)
    assert state_of(place) == "released"


def test_a_paid_class_wants_money():
    world = small_county()
    run, _, _ = add_run(world, price_fen=100)
    refused(errors.PaymentNeeded, world, held(world, run))


def test_a_class_that_began_to_cost_is_not_confirmed_for_free():
    world = small_county()
    place = held(world)
    ClassRun.objects.filter(pk=world.run.pk).update(price_fen=100)
    refused(errors.PriceChanged, world, place)


def test_strangers_and_clerks_at_home_may_not():
    world = small_county()
    place = held(world)
    refused(errors.PlaceNotFound, world, place, acting(world.elder))
    refused(MayNotActFor, world, place, on_duty(world.clerk, "centre_clerk", HEDE, channel="web"))
