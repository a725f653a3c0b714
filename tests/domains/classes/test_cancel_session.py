from datetime import timedelta

import pytest

from tests.domains.classes.planning import clerk_of
from tests.worlds.small_county import COUNTY, acting
from xueqiao.domains.classes.api import SessionIsOver, UnknownSession, cancel_session, refresh_listings
from xueqiao.domains.classes.models import ClassListing, Session
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.reasons import NotAllowed


def test_a_dropped_meeting_moves_the_listing_to_the_next_and_says_so(world):
    refresh_listings(region=COUNTY, now=world.now)
    first = world.sessions[0]
    shown = cancel_session(actor=clerk_of(world), session_id=first.id, reason="停电", now=world.now)
    assert shown.state == "cancelled"
    assert ClassListing.objects.get().next_starts_at == world.sessions[1].starts_at
    assert OutboxEvent.objects.get(name="classes.SessionCancelled").payload["session_id"] == first.id


def test_a_meeting_that_has_begun_stays(world):
    first = world.sessions[0]
    with pytest.raises(SessionIsOver):
        cancel_session(
            actor=clerk_of(world), session_id=first.id, reason="停电", now=first.starts_at + timedelta(minutes=1)
        )
    assert Session.objects.get(id=first.id).state == "planned"


def test_a_resident_may_not_and_an_unknown_meeting_is_said_so(world):
    with pytest.raises(NotAllowed):
        cancel_session(actor=acting(world.elder), session_id=world.sessions[0].id, reason="停电", now=world.now)
    with pytest.raises(UnknownSession):
        cancel_session(actor=clerk_of(world), session_id=10**9, reason="停电", now=world.now)
