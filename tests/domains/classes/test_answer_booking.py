import pytest

from tests.domains.classes.planning import clerk_of
from tests.domains.classes.test_book_room import book
from tests.worlds.small_county import LINHAI, acting, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.errors.runs import ReasonNeeded
from xueqiao.domains.classes.models import RoomUse
from xueqiao.domains.people import api as people
from xueqiao.foundation.reasons import NotAllowed


def test_the_club_is_told_when_the_centre_confirms(world):
    made = book(world)
    assert classes.answer_booking(actor=clerk_of(world), uuid=made.uuid, is_confirmed=True, now=world.now).state == (
        "confirmed"
    )
    (told,) = people.notices_of(acting(world.daughter))
    assert "已借到" in told.text
    with pytest.raises(classes.BookingAnswered):
        classes.answer_booking(actor=clerk_of(world), uuid=made.uuid, is_confirmed=False, reason="不行", now=world.now)


def test_a_refused_room_is_free_at_once_and_the_reason_is_told(world):
    made = book(world)
    classes.answer_booking(
        actor=clerk_of(world), uuid=made.uuid, is_confirmed=False, reason="当天停电检修", now=world.now
    )
    assert RoomUse.objects.filter(booking__isnull=False).count() == 0
    assert "当天停电检修" in people.notices_of(acting(world.daughter))[0].text
    assert book(world, world.rider).state == "asked"


def test_a_refusal_needs_a_reason_and_a_clerk_of_the_place(world):
    made = book(world)
    with pytest.raises(ReasonNeeded):
        classes.answer_booking(actor=clerk_of(world), uuid=made.uuid, is_confirmed=False, now=world.now)
    with pytest.raises(NotAllowed):
        classes.answer_booking(actor=acting(world.daughter), uuid=made.uuid, is_confirmed=True, now=world.now)
    with pytest.raises(classes.UnknownBooking):
        elsewhere = on_duty(world.clerk, "centre_clerk", LINHAI)
        classes.answer_booking(actor=elsewhere, uuid=made.uuid, is_confirmed=True, now=world.now)
    assert classes.access_booking(acting(world.daughter), made.uuid).state == "asked"
