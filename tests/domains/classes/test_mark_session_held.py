from datetime import timedelta

import pytest

from tests.worlds.small_county import HEDE, LINHAI, acting, on_duty, small_county
from xueqiao.domains.classes import api as classes
from xueqiao.foundation.outbox.models import OutboxEvent as Event
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


def mark(world, number, later_hours=1, actor=None):
    return classes.mark_session_held(
        actor=actor or on_duty(world.clerk, "centre_clerk", HEDE),
        session_id=world.sessions[number - 1].pk,
        now=world.now + timedelta(hours=later_hours),
    )


def test_a_meeting_that_took_place_is_said_once():
    world = small_county()
    assert mark(world, 1).state == "held"
    assert mark(world, 1).state == "held"
    assert Event.objects.filter(name="classes.SessionHeld").count() == 1


def test_one_that_has_not_begun_or_was_cancelled_is_not_held():
    world = small_county()
    with pytest.raises(classes.SessionNotBegun):
        mark(world, 1, later_hours=0)
    classes.cancel_session(
        actor=on_duty(world.clerk, "centre_clerk", HEDE), session_id=world.sessions[0].pk, reason="停电", now=world.now
    )
    with pytest.raises(classes.SessionWasCancelled):
        mark(world, 1)
    assert not Event.objects.filter(name="classes.SessionHeld").exists()


def test_only_staff_of_the_unit_say_so():
    world = small_county()
    for actor in (acting(world.rider), on_duty(world.clerk, "centre_clerk", LINHAI)):
        with pytest.raises(NotAllowed):
            mark(world, 1, actor=actor)
    assert classes.get_session(world.sessions[0].pk).state == "planned"
