import pytest

from tests.domains.classes.planning import clerk_of, open_class
from tests.worlds.small_county import COUNTY, acting
from xueqiao.domains.classes.api import NotInThisState, ReasonNeeded, cancel_class_run, refresh_listings
from xueqiao.domains.classes.models import ClassListing, ClassRun, ListingTokens, Session
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.reasons import NotAllowed


def test_a_cancelled_class_leaves_the_list_frees_the_room_and_says_so(world):
    refresh_listings(region=COUNTY, now=world.now)
    assert ClassListing.objects.count() == ListingTokens.objects.count() == 1
    shown = cancel_class_run(actor=clerk_of(world), code=world.run.code, reason="老师生病", now=world.now)
    assert shown.state == "cancelled" and shown.end_reason == "老师生病"
    assert ClassListing.objects.count() == ListingTokens.objects.count() == 0
    assert not Session.objects.filter(run=world.run, state="planned").exists()
    event = OutboxEvent.objects.get(name="classes.ClassRunCancelled")
    assert event.payload["run_id"] == world.run.id


def test_meetings_already_held_stay(world):
    Session.objects.filter(run=world.run, number=1).update(state="held")
    cancel_class_run(actor=clerk_of(world), code=world.run.code, reason="人太少", now=world.now)
    assert Session.objects.get(run=world.run, number=1).state == "held"


def test_a_draft_is_dropped_quietly(world):
    draft = open_class(world)
    cancel_class_run(actor=clerk_of(world), code=draft.code, reason="排错了", now=world.now)
    assert not OutboxEvent.objects.filter(name="classes.ClassRunCancelled").exists()


@pytest.mark.parametrize(
    ("reason", "who", "error"),
    [("", "clerk", ReasonNeeded), ("x", "clerk", ReasonNeeded), ("老师生病", "elder", NotAllowed)],
)
def test_refusals_move_nothing(world, reason, who, error):
    actor = clerk_of(world) if who == "clerk" else acting(world.elder)
    with pytest.raises(error):
        cancel_class_run(actor=actor, code=world.run.code, reason=reason, now=world.now)
    assert ClassRun.objects.get(id=world.run.id).state == "published"
    assert Session.objects.filter(run=world.run, state="planned").count() == 8


def test_twice_is_refused(world):
    cancel_class_run(actor=clerk_of(world), code=world.run.code, reason="老师生病", now=world.now)
    with pytest.raises(NotInThisState):
        cancel_class_run(actor=clerk_of(world), code=world.run.code, reason="老师生病", now=world.now)
