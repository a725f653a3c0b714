import pytest

from tests.domains.enrolment.openings_and_arrivals import arrivals, enter, opening_soon
from tests.worlds.small_county import HEDE, acting, add_person, on_duty
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.openings import NoRoomNow
from xueqiao.domains.people.errors import MayNotActFor

pytestmark = pytest.mark.django_db


def test_web_desk_and_phone_stand_in_one_queue():
    world, run = opening_soon()
    now = run.enrol_opens_at
    enter(run, [add_person("先来")], world.now)
    own = enrolment.enter_room(
        actor=acting(world.rider), run_id=run.pk, person_id=world.rider.pk, channel="web", now=now
    )
    clerk = on_duty(world.clerk, "centre_clerk", HEDE, channel="phone")
    called = enrolment.enter_room(actor=clerk, run_id=run.pk, person_id=world.elder.pk, channel="phone", now=now)
    assert (own.number, called.number) == (2, 3)
    assert arrivals(run).get(person=world.elder).channel == "phone"


def test_nobody_enters_for_a_stranger():
    world, run = opening_soon()
    with pytest.raises(MayNotActFor):
        enrolment.enter_room(
            actor=acting(world.rider), run_id=run.pk, person_id=world.elder.pk, channel="web", now=world.now
        )
    assert not arrivals(run).exists()


def test_a_class_without_a_room_says_so():
    world, _ = opening_soon()
    with pytest.raises(NoRoomNow):
        enrolment.enter_room(
            actor=acting(world.rider), run_id=world.run.pk, person_id=world.rider.pk, channel="web", now=world.now
        )
