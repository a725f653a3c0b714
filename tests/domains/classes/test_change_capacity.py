from datetime import timedelta

import pytest

from tests.domains.classes.planning import clerk_of, open_class
from tests.worlds.small_county import LINHAI, acting, add_room, on_duty
from xueqiao.domains.classes.actions.change_capacity import change_capacity
from xueqiao.domains.classes.api import BadClassPlan, NotInThisState, RoomTooSmall, UnknownClass
from xueqiao.domains.classes.models import ClassRun, Session
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.reasons import NotAllowed


def change(world, capacity, *, actor=None, run_id=None):
    return change_capacity(
        actor=actor or clerk_of(world),
        run_id=world.run.id if run_id is None else run_id,
        capacity=capacity,
        now=world.now,
    )


def planned(world) -> int:
    return ClassRun.objects.get(pk=world.run.pk).capacity


def test_the_plan_and_what_lists_show_follow(world):
    assert change(world, 15).card.capacity == 15
    assert planned(world) == 15
    assert AuditEntry.objects.get(verb="change_capacity").detail == {"code": world.run.code, "before": 20, "after": 15}


def test_the_smallest_room_to_come_is_the_bound_and_rooms_of_the_past_are_none(world):
    cupboard, hall = add_room(world.centre, seats=3, name="小间"), add_room(world.centre, seats=60, name="礼堂")
    first, *later = Session.objects.filter(run=world.run).order_by("number")
    Session.objects.filter(pk=first.pk).update(
        room=cupboard, starts_at=world.now - timedelta(hours=3), ends_at=world.now - timedelta(hours=2)
    )
    Session.objects.filter(pk__in=[each.pk for each in later]).update(room=hall)
    assert change(world, 60).card.capacity == 60
    with pytest.raises(RoomTooSmall, match="礼堂 只有 60 个座位"):
        change(world, 61)
    assert planned(world) == 60


def test_a_class_that_sits_too_tight_already_may_still_shrink(world):
    """The room became smaller after the plan: fewer seats are a step in the right direction, not a refusal."""
    Session.objects.filter(run=world.run).update(room=add_room(world.centre, seats=10, name="小间"))
    assert change(world, 15).card.capacity == 15


@pytest.mark.parametrize("capacity", [0, -1, 501])
def test_no_class_of_nobody_and_none_of_a_stadium(world, capacity):
    with pytest.raises(BadClassPlan):
        change(world, capacity)
    assert planned(world) == 20


def test_never_fewer_than_the_class_opens_with(world):
    ClassRun.objects.filter(pk=world.run.pk).update(learners_min=12)
    with pytest.raises(BadClassPlan, match="12（开班人数）"):
        change(world, 11)
    assert planned(world) == 20


def test_only_staff_of_the_unit_and_only_classes_that_go_on(world):
    for actor in (acting(world.elder), on_duty(world.clerk, "centre_clerk", LINHAI)):
        with pytest.raises(NotAllowed):
            change(world, 10, actor=actor)
    ClassRun.objects.filter(pk=world.run.pk).update(state="cancelled")
    with pytest.raises(NotInThisState):
        change(world, 10)
    with pytest.raises(UnknownClass):
        change(world, 10, run_id=0)
    assert planned(world) == 20


def test_a_draft_may_be_changed_before_anybody_sees_it(world):
    draft = open_class(world)
    assert change(world, 8, run_id=draft.run_id).card.capacity == 8
