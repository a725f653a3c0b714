from datetime import date

import pytest

from tests.domains.classes.planning import clerk_of, open_class
from tests.worlds.small_county import LINHAI, add_person, add_room, on_duty
from xueqiao.domains.classes.api import RoomTaken, UnknownClass, copy_last_term, plan_copy
from xueqiao.domains.classes.models import ClassRun, Session
from xueqiao.foundation.reasons import NotAllowed

SEPTEMBER = date(2026, 9, 2)  # a Wednesday


def test_everything_is_copied_but_the_days(world):
    ClassRun.objects.filter(id=world.run.id).update(price_fen=36_000, subsidy_fen=18_000, age_min=50, title="手机班")
    copy = copy_last_term(actor=clerk_of(world), source_code=world.run.code, first_day=SEPTEMBER, now=world.now)
    assert copy.state == "draft" and copy.copied_from_id == world.run.id
    assert copy.card.title == "手机班" and copy.age_min == 50
    assert (copy.card.price_fen, copy.card.subsidy_fen) == (36_000, 18_000)
    assert (copy.room_id, copy.teacher_id, copy.card.capacity) == (world.room.id, world.teacher.id, 20)
    assert len(copy.sessions) == 8
    assert {(each.day.isoweekday(), each.minutes) for each in copy.sessions} == {(3, 90)}
    assert copy.starts_on == SEPTEMBER


def test_the_copy_may_be_drawn_though_the_earlier_class_was_not(world):
    copy = copy_last_term(
        actor=clerk_of(world), source_code=world.run.code, first_day=SEPTEMBER, admission="draw", now=world.now
    )
    assert copy.card.admission == "draw"
    assert ClassRun.objects.get(id=world.run.id).admission == "first_come"


def test_what_is_asked_may_be_changed(world):
    room, teacher = add_room(world.centre, name="202 教室", seats=40), add_person("新老师")
    copy = copy_last_term(
        actor=clerk_of(world),
        source_code=world.run.code,
        first_day=SEPTEMBER,
        room_id=room.id,
        teacher_id=teacher.id,
        price_fen=20_000,
        capacity=30,
        now=world.now,
    )
    assert (copy.room_id, copy.teacher_id, copy.card.capacity) == (room.id, teacher.id, 30)
    assert (copy.card.price_fen, copy.card.subsidy_fen) == (20_000, 10_000)


def test_one_moved_meeting_does_not_bend_the_pattern(world):
    moved = Session.objects.get(run=world.run, number=3)
    moved.starts_at, moved.ends_at = moved.starts_at.replace(hour=2), moved.ends_at.replace(hour=3)
    moved.save()
    copy = copy_last_term(actor=clerk_of(world), source_code=world.run.code, first_day=SEPTEMBER, now=world.now)
    assert {(each.day.isoweekday(), each.minutes) for each in copy.sessions} == {(3, 90)}


def test_the_plan_names_holidays_and_clashes_before_anything_is_written(world):
    before = ClassRun.objects.count()
    plan = plan_copy(world.run.code, first_day=date(2026, 4, 22), now=world.now)
    assert [clash.run_code for clash in plan.clashes] == [world.run.code]  # its own eighth meeting, 22 April
    plan = plan_copy(world.run.code, first_day=date(2026, 9, 23), now=world.now)
    assert plan.clashes == () and len(plan.days) == 8
    assert [name for _, name in plan.skipped] == ["国庆节"]  # 2026-10-07
    assert ClassRun.objects.count() == before


def test_a_clash_is_refused_and_nothing_is_copied(world):
    open_class(world)
    before = ClassRun.objects.count(), Session.objects.count()
    with pytest.raises(RoomTaken):
        copy_last_term(actor=clerk_of(world), source_code=world.run.code, first_day=date(2026, 4, 1), now=world.now)
    assert (ClassRun.objects.count(), Session.objects.count()) == before


def test_an_unknown_class_cannot_be_copied(world):
    with pytest.raises(UnknownClass):
        copy_last_term(actor=clerk_of(world), source_code="NOPE", first_day=SEPTEMBER, now=world.now)


def test_another_centres_clerk_may_not(world):
    with pytest.raises(NotAllowed):
        copy_last_term(
            actor=on_duty(world.clerk, "centre_clerk", LINHAI),
            source_code=world.run.code,
            first_day=SEPTEMBER,
            now=world.now,
        )
