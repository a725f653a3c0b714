from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.domains.classes.planning import clerk_of, mondays, open_class
from tests.worlds.small_county import HEDE, TODAY, acting, add_person, add_run, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.models import RoomBooking, RoomUse, Session
from xueqiao.foundation.clock import at_local
from xueqiao.foundation.scope import Scope

AFTERNOON = at_local(TODAY + timedelta(days=2), 14)
ALL = Scope.everything("test")


def book(world, person=None, **changes):
    wanted = {
        "actor": acting(person or world.daughter),
        "room_id": world.room.id,
        "starts_at": AFTERNOON,
        "hours": 2,
        "club": "合德剪纸社",
        "purpose": "一起剪窗花",
        "people_count": 8,
        "request_key": "form-1",
        "now": world.now,
    }
    return classes.book_room(**(wanted | changes))


def test_a_booked_room_is_kept_from_that_moment(world):
    made = book(world)
    assert (made.state, made.room_name, made.person_name) == ("asked", world.room.name, world.daughter.name)
    assert RoomUse.objects.filter(booking__isnull=False).count() == 1
    day = classes.lending_day(world.centre.code, TODAY + timedelta(days=2), now=world.now)
    (mine,) = [room for room in day.rooms if room.room_id == world.room.id]
    taken = {at.astimezone(AFTERNOON.tzinfo) for at, is_free in mine.hours if not is_free}
    assert {AFTERNOON, AFTERNOON + timedelta(hours=1)} <= taken
    assert AFTERNOON + timedelta(hours=2) in mine.free_hours


def test_the_same_form_twice_is_one_booking(world):
    assert book(world).uuid == book(world).uuid
    assert RoomBooking.objects.within(ALL).count() == 1


def test_two_clubs_never_get_one_hour(world):
    book(world)
    with pytest.raises(classes.RoomNotFree) as refused:
        book(world, world.rider, starts_at=AFTERNOON + timedelta(hours=1))
    assert world.room.name in refused.value.message
    assert RoomBooking.objects.within(ALL).count() == 1
    assert book(world, world.rider, starts_at=AFTERNOON + timedelta(hours=2)).state == "asked"


def test_a_club_never_gets_the_hour_of_a_class_nor_a_class_that_of_a_club(world):
    add_run(world, room=world.room, first_day=TODAY + timedelta(days=2), hour=15)
    with pytest.raises(classes.RoomNotFree):
        book(world)
    assert book(world, starts_at=AFTERNOON - timedelta(hours=2)).state == "asked"
    before = Session.objects.count()
    with pytest.raises(classes.RoomTaken) as refused:
        open_class(world, pattern=mondays(first_day=TODAY + timedelta(days=2), weekdays=(5,), start_hour=13))
    assert "合德剪纸社" in refused.value.message
    assert Session.objects.count() == before


def test_a_moved_or_cancelled_meeting_frees_its_room_and_takes_the_other(world):
    run, sessions, _ = add_run(world, room=world.room, first_day=TODAY + timedelta(days=2), hour=15)
    classes.move_session(
        actor=clerk_of(world),
        session_id=sessions[0].id,
        starts_at=at_local(TODAY + timedelta(days=3), 9),
        reason="老师有事",
        now=world.now,
    )
    assert book(world).state == "asked"
    with pytest.raises(classes.RoomNotFree):
        book(world, world.rider, starts_at=at_local(TODAY + timedelta(days=3), 9))
    classes.cancel_class_run(actor=clerk_of(world), code=run.code, reason="人数不够", now=world.now)
    assert book(world, world.rider, starts_at=at_local(TODAY + timedelta(days=3), 9)).state == "asked"


def test_the_calendar_of_rooms_is_what_sessions_and_bookings_say(world):
    """Whatever happened to sessions, single and in bulk, the calendar equals what one would write from nothing."""
    book(world)
    run, sessions, _ = add_run(world, first_day=TODAY + timedelta(days=5), hour=10)
    Session.objects.filter(run=run, number__lte=3).update(state="cancelled")
    Session.objects.filter(pk=sessions[4].pk).update(ends_at=sessions[4].ends_at + timedelta(minutes=30))
    Session.objects.filter(pk=sessions[5].pk).delete()
    Session.objects.filter(run=run, number=2).update(state="planned")
    kept = set(RoomUse.objects.filter(session__isnull=False).values_list("session_id", "room_id", "during"))
    fresh = {
        (s.pk, s.room_id, RoomUse._meta.get_field("during").get_prep_value((s.starts_at, s.ends_at)))
        for s in Session.objects.exclude(state="cancelled")
    }
    assert {(s, r, d.lower, d.upper) for s, r, d in kept} == {(s, r, d.lower, d.upper) for s, r, d in fresh}


def test_without_the_exclusion_two_would_have_one_hour(world):
    """The mutant: the calendar without its wall sells the room twice; with it the database itself refuses."""
    book(world)
    row = {
        "room": world.room,
        "region": HEDE,
        "person": world.rider,
        "club": "另一个团队",
        "purpose": "排练",
        "people": 3,
        "starts_at": AFTERNOON,
        "ends_at": AFTERNOON + timedelta(hours=1),
        "request_key": "x",
        "asked_at": world.now,
    }
    with pytest.raises(IntegrityError, match="room_use_once"), transaction.atomic():
        RoomBooking.objects.create(**row)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still waiting cannot be altered
        cursor.execute("ALTER TABLE classes_roomuse DROP CONSTRAINT room_use_once")
    RoomBooking.objects.create(**row)
    assert RoomUse.objects.filter(room=world.room, booking__isnull=False).count() == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"starts_at": AFTERNOON + timedelta(minutes=30)}, "整点"),
        ({"hours": 4}, "一次最多借 3 小时"),
        ({"hours": 0}, "一次最多借 3 小时"),
        ({"starts_at": at_local(TODAY + timedelta(days=2), 20)}, "8:00 到 21:00"),
        ({"starts_at": at_local(TODAY - timedelta(days=1), 14)}, "已经过去"),
        ({"starts_at": at_local(TODAY + timedelta(days=31), 14)}, "最多提前 30 天"),
        ({"people_count": 500}, "最多坐"),
        ({"people_count": 0}, "最多坐"),
        ({"club": "a"}, "团队名称"),
        ({"purpose": "x\x07y"}, "用途"),
        ({"room_id": 10**9}, "没有这间教室"),
        ({"request_key": ""}, "表单编号"),
    ],
)
def test_what_cannot_be_lent_is_refused_with_words_and_nothing_is_kept(world, changes, said):
    with pytest.raises(classes.BadBooking) as refused:
        book(world, **changes)
    assert said in refused.value.message
    assert RoomBooking.objects.within(ALL).count() == 0
    assert RoomUse.objects.filter(booking__isnull=False).count() == 0


def test_a_child_does_not_answer_for_a_room(world):
    with pytest.raises(classes.BadBooking, match="18"):
        book(world, add_person("小明", born=TODAY.replace(year=TODAY.year - 15)))


def test_a_person_has_two_bookings_at_a_time(world):
    book(world)
    book(world, starts_at=AFTERNOON + timedelta(hours=3), request_key="form-2")
    with pytest.raises(classes.TooManyBookings):
        book(world, starts_at=AFTERNOON + timedelta(days=1), request_key="form-3")
    assert RoomBooking.objects.within(ALL).count() == 2


def test_somebody_elses_booking_is_not_to_be_seen(world):
    made = book(world)
    with pytest.raises(classes.UnknownBooking):
        classes.access_booking(acting(world.rider), made.uuid)
    assert classes.access_bookings_of(acting(world.rider), now=world.now) == []
    assert [
        b.uuid
        for b in classes.access_bookings_at(on_duty(world.clerk, "centre_clerk", HEDE), world.centre.id, now=world.now)
    ] == [made.uuid]
