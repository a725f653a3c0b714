from datetime import timedelta

import pytest

from tests.domains.classes.test_mark_session_held import mark
from tests.worlds.small_county import HEDE, on_duty, small_county
from xueqiao.domains.classes import api as classes
from xueqiao.foundation.outbox.models import OutboxEvent as Event

pytestmark = pytest.mark.django_db


def miss(world, later_hours=2):
    return classes.miss_session(
        actor=on_duty(world.clerk, "centre_clerk", HEDE),
        session_id=world.sessions[0].pk,
        reason="老师没有来",
        now=world.now + timedelta(hours=later_hours),
    )


def test_a_teacher_who_stayed_away_cancels_the_meeting_afterwards():
    world = small_county()
    assert miss(world).state == "cancelled"
    miss(world)
    assert Event.objects.get(name="classes.SessionCancelled").payload["reason"] == "老师没有来"


def test_not_before_its_time_and_not_after_it_was_held():
    world = small_county()
    with pytest.raises(classes.SessionNotBegun):
        miss(world, later_hours=0)
    mark(world, 1)
    with pytest.raises(classes.SessionWasHeld):
        miss(world)
    assert classes.get_session(world.sessions[0].pk).state == "held"
