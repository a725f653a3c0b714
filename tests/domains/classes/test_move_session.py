from datetime import timedelta

import pytest

from tests.domains.classes.planning import clerk_of
from tests.worlds.small_county import COUNTY, add_person, add_room, add_run
from xueqiao.domains.classes.api import (
    BadClassPlan,
    RoomTaken,
    RoomTooSmall,
    SessionIsOver,
    TeacherTaken,
    move_session,
    refresh_listings,
)
from xueqiao.domains.classes.models import ClassListing, Session
from xueqiao.foundation.outbox.models import OutboxEvent


def test_a_moved_meeting_keeps_its_length_and_everybody_hears_of_it(world):
    refresh_listings(region=COUNTY, now=world.now)
    first = world.sessions[0]
    later = first.starts_at + timedelta(days=1)
    shown = move_session(actor=clerk_of(world), session_id=first.id, starts_at=later, reason="停电", now=world.now)
    assert (shown.starts_at, shown.minutes) == (later, 90)
    assert ClassListing.objects.get().next_starts_at == later
    told = OutboxEvent.objects.get(name="classes.SessionMoved").payload
    assert told["session_id"] == first.id and told["old_starts_at"] != told["new_starts_at"]


def test_a_meeting_may_move_by_half_an_hour_over_itself(world):
    first = world.sessions[0]
    later = first.starts_at + timedelta(minutes=30)
    shown = move_session(actor=clerk_of(world), session_id=first.id, starts_at=later, reason="晚点", now=world.now)
    assert shown.starts_at == later


def test_a_taken_room_is_refused_and_nothing_moves(world):
    _, others, _ = add_run(world, room=world.room, hour=14)
    first = world.sessions[0]
    with pytest.raises(RoomTaken):
        move_session(
            actor=clerk_of(world),
            session_id=first.id,
            starts_at=others[1].starts_at + timedelta(minutes=10),
            reason="提前",
            now=world.now,
        )
    assert Session.objects.get(id=first.id).starts_at == first.starts_at


def test_a_busy_teacher_is_refused(world):
    other = add_person("忙老师")
    add_run(world, teacher=other)
    with pytest.raises(TeacherTaken):
        move_session(
            actor=clerk_of(world),
            session_id=world.sessions[1].id,
            starts_at=world.sessions[1].starts_at,
            teacher_id=other.id,
            reason="换老师",
            now=world.now,
        )


@pytest.mark.parametrize(
    ("how", "error"),
    [("past", BadClassPlan), ("begun", SessionIsOver), ("small", RoomTooSmall), ("foreign", BadClassPlan)],
)
def test_what_cannot_be_is_refused(world, how, error):
    session, starts_at, room_id, now = world.sessions[1], world.sessions[1].starts_at, None, world.now
    if how == "past":
        starts_at = world.now - timedelta(hours=1)
    elif how == "begun":
        now = session.starts_at
    elif how == "small":
        room_id = add_room(world.centre, seats=5, name="小教室").id
    else:
        room_id = world.other_room.id
    with pytest.raises(error):
        move_session(
            actor=clerk_of(world), session_id=session.id, starts_at=starts_at, room_id=room_id, reason="换教室", now=now
        ) if how != "begun" else move_session(
            actor=clerk_of(world), session_id=session.id, starts_at=starts_at, reason="晚点上", now=now
        )
