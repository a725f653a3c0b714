from datetime import timedelta

import pytest

from tests.domains.enrolment.seats_and_places import held, pool, state_of
from tests.domains.payments.paying import owed
from tests.worlds.small_county import add_run, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.jobs import sweep_expired_holds
from xueqiao.foundation.outbox.models import OutboxEvent

pytestmark = pytest.mark.django_db


def test_every_class_gets_its_seats_back_and_not_a_moment_early():
    world = small_county()
    other, _, _ = add_run(world, hour=9)
    first, second = held(world), held(world, other, key="second")
    assert enrolment.expire_holds(now=first.hold_until - timedelta(microseconds=1)) == 0
    assert enrolment.expire_holds(now=first.hold_until) == 2
    assert (pool(world.run), pool(other)) == ((0, 0), (0, 0))
    assert (state_of(first), state_of(second)) == ("expired", "expired")
    assert OutboxEvent.objects.filter(name="enrolment.SeatFreed").count() == 2


def test_the_bill_ends_with_the_hold():
    case = owed()
    sweep_expired_holds(now=case.place.hold_until)
    assert case.fresh().state == "expired"
    assert case.pool() == (0, 0)


def test_sweeping_twice_frees_once():
    world = small_county()
    place = held(world)
    sweep_expired_holds(now=place.hold_until)
    sweep_expired_holds(now=place.hold_until)
    assert pool(world.run) == (0, 0)
