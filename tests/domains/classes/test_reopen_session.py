import pytest

from tests.domains.classes.test_mark_session_held import mark
from tests.worlds.small_county import HEDE, on_duty, small_county
from xueqiao.domains.classes import api as classes
from xueqiao.foundation.outbox.models import OutboxEvent as Event

pytestmark = pytest.mark.django_db


def reopen(world, reason="点名点错了班"):
    return classes.reopen_session(
        actor=on_duty(world.clerk, "centre_clerk", HEDE), session_id=world.sessions[0].pk, reason=reason, now=world.now
    )


def test_a_wrong_record_is_taken_back_with_a_reason():
    world = small_county()
    mark(world, 1)
    assert reopen(world).state == "planned"
    assert Event.objects.get(name="classes.SessionReopened").payload["reason"] == "点名点错了班"
    assert mark(world, 1).state == "held"


def test_without_a_reason_or_a_record_nothing_moves():
    world = small_county()
    with pytest.raises(classes.SessionNotHeld):
        reopen(world)
    mark(world, 1)
    with pytest.raises(classes.ReasonNeeded):
        reopen(world, reason="")
    assert classes.get_session(world.sessions[0].pk).state == "held"
