import pytest

from tests.domains.classes.planning import clerk_of
from tests.worlds.small_county import acting
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.models import Session
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.reasons import NotAllowed


def test_the_share_is_of_what_was_sold_and_not_given_back_before(world):
    for number in (2, 3):
        session = world.sessions[number]
        classes.cancel_session(actor=clerk_of(world), session_id=session.id, reason="停电", now=world.now)
        shown = classes.give_back_session(actor=clerk_of(world), session_id=session.id, now=world.now)
        assert shown.is_given_back and not shown.is_owed
    events = OutboxEvent.objects.filter(name="classes.SessionGivenBack").order_by("id")
    assert [event.payload["sold"] for event in events] == [8, 7]
    assert classes.delivery_of(world.run.id, now=world.now).sold == 6


def test_what_was_not_cancelled_or_is_not_hers_to_decide_is_refused(world):
    session = world.sessions[2]
    with pytest.raises(classes.SessionNotCancelled):
        classes.give_back_session(actor=clerk_of(world), session_id=session.id, now=world.now)
    classes.cancel_session(actor=clerk_of(world), session_id=session.id, reason="停电", now=world.now)
    with pytest.raises(NotAllowed):
        classes.give_back_session(actor=acting(world.elder), session_id=session.id, now=world.now)
    classes.give_back_session(actor=clerk_of(world), session_id=session.id, now=world.now)
    with pytest.raises(classes.SessionSettled):
        classes.give_back_session(actor=clerk_of(world), session_id=session.id, now=world.now)
    assert Session.objects.filter(given_back_at__isnull=False).count() == 1
    assert OutboxEvent.objects.filter(name="classes.SessionGivenBack").count() == 1
