from datetime import timedelta

import pytest

from tests.domains.enrolment.seats_and_places import held, trace
from tests.domains.payments.paying import owed
from tests.worlds.small_county import TODAY, acting, add_run, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors import seats as errors

pytestmark = pytest.mark.django_db


def test_the_seat_and_its_bill_wait_48_hours():
    world = small_county()
    run, _, _ = add_run(world, price_fen=100, first_day=TODAY + timedelta(days=9))
    place = held(world, run)
    for _ in range(2):
        kept = enrolment.keep_for_counter(actor=acting(world.rider), place_uuid=place.uuid, now=world.now)
        assert kept.hold_until == world.now + timedelta(hours=48)
        assert kept.pays_at_counter


def test_never_past_the_next_meeting():
    case = owed()  # the class meets tonight at 19:00
    kept = enrolment.keep_for_counter(actor=case.actor, place_uuid=case.place.uuid, now=case.now)
    assert kept.hold_until == case.now + timedelta(minutes=50)
    assert case.fresh().due_at == kept.hold_until


def test_a_free_class_has_nothing_to_pay():
    world = small_county()
    place = held(world)
    before = trace()
    with pytest.raises(errors.NothingToPay):
        enrolment.keep_for_counter(actor=acting(world.rider), place_uuid=place.uuid, now=world.now)
    assert trace() == before
