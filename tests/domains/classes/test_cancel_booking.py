from datetime import timedelta

import pytest

from tests.domains.classes.planning import clerk_of
from tests.domains.classes.test_book_room import AFTERNOON, book
from tests.worlds.small_county import acting
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.errors.runs import ReasonNeeded
from xueqiao.domains.classes.models import RoomUse
from xueqiao.domains.people import api as people


def test_a_club_gives_its_room_back_and_is_told_nothing(world):
    made = book(world)
    assert classes.cancel_booking(actor=acting(world.daughter), uuid=made.uuid, now=world.now).state == "cancelled"
    assert RoomUse.objects.filter(booking__isnull=False).count() == 0
    assert list(people.notices_of(acting(world.daughter))) == []
    with pytest.raises(classes.BookingAnswered):
        classes.cancel_booking(actor=acting(world.daughter), uuid=made.uuid, now=world.now)


def test_the_centre_cancels_with_a_reason_and_the_club_is_told(world):
    made = book(world)
    with pytest.raises(ReasonNeeded):
        classes.cancel_booking(actor=clerk_of(world), uuid=made.uuid, now=world.now)
    classes.cancel_booking(actor=clerk_of(world), uuid=made.uuid, reason="教室漏水", now=world.now)
    assert "教室漏水" in people.notices_of(acting(world.daughter))[0].text


def test_what_has_begun_is_not_cancelled_and_others_see_nothing(world):
    made = book(world)
    with pytest.raises(classes.BadBooking, match="已经开始"):
        classes.cancel_booking(actor=acting(world.daughter), uuid=made.uuid, now=AFTERNOON + timedelta(minutes=1))
    with pytest.raises(classes.UnknownBooking):
        classes.cancel_booking(actor=acting(world.rider), uuid=made.uuid, now=world.now)
    assert RoomUse.objects.filter(booking__isnull=False).count() == 1
