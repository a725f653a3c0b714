from datetime import timedelta

import pytest

from tests.domains.classes.planning import clerk_of
from tests.worlds.small_county import acting, add_run
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.errors.changes import SessionNotCancelled, SessionSettled
from xueqiao.domains.classes.models import ClassRun, Session
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.reasons import NotAllowed


@pytest.fixture
def missed(world):
    return classes.cancel_session(actor=clerk_of(world), session_id=world.sessions[2].id, reason="停电", now=world.now)


def make_up(world, session, **changes):
    wanted = {
        "actor": clerk_of(world),
        "starts_at": world.sessions[-1].starts_at + timedelta(weeks=1),
        "now": world.now,
    }
    return classes.make_up_session(**(wanted | {"session_id": session.id} | changes))


def test_a_meeting_is_appended_as_long_as_the_missed_one_and_the_class_ends_later(world, missed):
    made = make_up(world, missed)
    assert (made.number, made.minutes, made.room_id, made.makes_up_for_id) == (9, 90, missed.room_id, missed.id)
    assert classes.get_session(missed.id).made_up_by_id == made.id
    assert not classes.get_session(missed.id).is_owed
    assert ClassRun.objects.get(pk=world.run.pk).ends_on == made.day
    assert OutboxEvent.objects.get(name="classes.SessionMadeUp").payload["missed_session_id"] == missed.id
    assert classes.delivery_of(world.run.id, now=world.now) == classes.Delivery(sold=8, delivered=0)


def test_one_missed_meeting_is_made_up_once_and_never_after_its_money_went_back(world, missed):
    make_up(world, missed)
    for deed in (make_up, lambda w, m: classes.give_back_session(actor=clerk_of(w), session_id=m.id, now=w.now)):
        with pytest.raises(SessionSettled):
            deed(world, missed)
    assert Session.objects.filter(run=world.run).count() == 9


def test_a_made_up_meeting_that_falls_out_too_can_be_made_up_again(world, missed):
    first = make_up(world, missed)
    classes.cancel_session(actor=clerk_of(world), session_id=first.id, reason="台风", now=world.now)
    again = make_up(world, first, starts_at=first.starts_at + timedelta(weeks=1))
    assert (again.number, again.makes_up_for_id) == (10, first.id)
    assert classes.delivery_of(world.run.id, now=world.now).sold == 8


@pytest.mark.parametrize("how", ["planned", "past", "room", "stranger"])
def test_refusals_add_nothing(world, missed, how):
    changes, session, error = {}, missed, classes.BadClassPlan
    if how == "planned":
        session, error = world.sessions[3], SessionNotCancelled
    elif how == "past":
        changes = {"starts_at": world.now - timedelta(hours=1)}
    elif how == "room":
        _, others, _ = add_run(world, room=world.room, hour=14)
        changes, error = {"starts_at": others[1].starts_at}, classes.RoomTaken
    else:
        changes, error = {"actor": acting(world.elder)}, NotAllowed
    with pytest.raises(error):
        make_up(world, session, **changes)
    assert Session.objects.filter(run=world.run).count() == 8
    assert not OutboxEvent.objects.filter(name="classes.SessionMadeUp").exists()
