from datetime import timedelta

import pytest

from tests.domains.classes.planning import clerk_of
from tests.domains.classes.test_ask_timetable import MONDAY, ask
from tests.worlds.small_county import LINHAI, add_run, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.actions.solve_timetable import solve_timetable
from xueqiao.domains.classes.models import ClassRun, Session, Timetable
from xueqiao.foundation.reasons import NotAllowed


def solved(world, *codes):
    view = ask(world, *codes)
    solve_timetable(timetable_id=Timetable.objects.get(uuid=view.uuid).pk, now=world.now)
    return view


def test_every_placed_class_becomes_a_draft_at_its_time(world):
    other, _, _ = add_run(world, hour=20, title="剪纸")
    view = solved(world, world.run.code, other.code)
    made = classes.accept_timetable(actor=clerk_of(world), uuid=view.uuid, now=world.now)
    assert {each.card.title for each in made} == {world.run.title, "剪纸"}
    assert all(each.state == "draft" and each.starts_on >= MONDAY for each in made)
    assert all(len({s.starts_at.isoweekday() for s in each.sessions}) == 1 for each in made)
    assert Timetable.objects.get(uuid=view.uuid).state == "accepted"


def test_when_a_room_was_taken_meanwhile_no_draft_is_made_at_all(world):
    other, _, _ = add_run(world, hour=20, title="剪纸")
    view = solved(world, world.run.code, other.code)
    answer = classes.access_timetable(clerk_of(world), view.uuid).answer
    last = answer.seatings[-1]
    day = MONDAY + timedelta(days=(last.slot.weekday - MONDAY.isoweekday()) % 7)
    room = Session.objects.filter(room_id=last.room_id).first().room
    add_run(world, room=room, first_day=day, hour=last.slot.start_minute // 60, title="抢先的班")
    before = (ClassRun.objects.count(), Session.objects.count())
    with pytest.raises(classes.TimetableOutdated, match="抢先的班"):
        classes.accept_timetable(actor=clerk_of(world), uuid=view.uuid, now=world.now)
    assert (ClassRun.objects.count(), Session.objects.count()) == before
    assert Timetable.objects.get(uuid=view.uuid).state == "solved"


def test_it_is_accepted_once(world):
    view = solved(world)
    classes.accept_timetable(actor=clerk_of(world), uuid=view.uuid, now=world.now)
    runs = ClassRun.objects.count()
    with pytest.raises(classes.TimetableNotSolved):
        classes.accept_timetable(actor=clerk_of(world), uuid=view.uuid, now=world.now)
    assert ClassRun.objects.count() == runs


def test_what_is_not_solved_or_not_ones_own_is_refused(world):
    view = ask(world)
    with pytest.raises(classes.TimetableNotSolved):
        classes.accept_timetable(actor=clerk_of(world), uuid=view.uuid, now=world.now)
    with pytest.raises(NotAllowed):
        classes.accept_timetable(actor=on_duty(world.clerk, "centre_clerk", LINHAI), uuid=view.uuid, now=world.now)
    assert ClassRun.objects.filter(state="draft").count() == 0
