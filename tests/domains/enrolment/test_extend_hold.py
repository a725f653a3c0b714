from datetime import timedelta

import pytest

from tests.domains.enrolment.seats_and_places import held, trace
from tests.domains.payments.paying import owed
from tests.worlds.small_county import acting, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors import seats as errors

pytestmark = pytest.mark.django_db


def test_as_long_again_and_only_once():
    world = small_county()
    place = held(world)
    longer = enrolment.extend_hold(actor=acting(world.rider), place_uuid=place.uuid, now=world.now)
    assert longer.hold_until == place.hold_until + timedelta(minutes=15)
    before = trace()
    with pytest.raises(errors.HoldExtendedAlready) as refusal:
        enrolment.extend_hold(actor=acting(world.rider), place_uuid=place.uuid, now=world.now)
    assert "18:40" in refusal.value.message
    assert trace() == before


def test_the_bill_lives_as_long_as_the_hold():
    case = owed()
    longer = enrolment.extend_hold(actor=case.actor, place_uuid=case.place.uuid, now=case.now)
    assert case.fresh().due_at == longer.hold_until


def test_not_after_its_time():
    world = small_county()
    place = held(world)
    before = trace()
    with pytest.raises(errors.HoldExpired):
        enrolment.extend_hold(actor=acting(world.rider), place_uuid=place.uuid, now=place.hold_until)
    assert trace() == before
