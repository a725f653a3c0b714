from contextlib import nullcontext
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from tests.domains.classes.planning import clerk_of
from tests.worlds.small_county import LINHAI, TODAY, add_person, add_room, add_run, give_role, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.actions import copy_classes as copying
from xueqiao.domains.classes.api import BatchClash, CopyChoice, NothingChosen, TooManyChosen
from xueqiao.domains.classes.models import ClassRun, Session
from xueqiao.domains.classes.queries.batches import COPIES_MAX
from xueqiao.foundation.clock import at_local
from xueqiao.foundation.reasons import NotAllowed

SEPTEMBER = date(2026, 9, 7)  # a Monday


def copies(world, **choices):
    return classes.access_copy_list(
        clerk_of(world),
        world.centre.id,
        first_day=SEPTEMBER,
        choices={code: CopyChoice(code, **choice) for code, choice in choices.items()},
        now=world.now,
    )


def copy(world, *choices, actor=None, first_day=SEPTEMBER):
    return classes.copy_classes(
        actor=actor or clerk_of(world),
        institution_id=world.centre.id,
        first_day=first_day,
        choices=[each if isinstance(each, CopyChoice) else CopyChoice(each) for each in choices],
        now=world.now,
    )


def rows_now():
    return ClassRun.objects.count(), Session.objects.count()


def taken_wednesday(world, *, hour=19, **kind):
    """Somebody's class on the very evening the world's own class would meet again."""
    return add_run(world, first_day=date(2026, 9, 9), hour=hour, title="抢先的班", **kind)[0]


# -- the dry run ------------------------------------------------------------------------------------------------------


def test_the_list_is_last_terms_classes_at_their_own_times_from_the_first_day(world):
    add_run(world, hour=9, first_day=date(2026, 3, 2), title="剪纸")
    found = copies(world)
    assert [(row.title, row.weekdays, row.minute, row.days[0]) for row in found.rows] == [
        ("剪纸", (1,), 9 * 60, SEPTEMBER),
        (world.run.title, (3,), 19 * 60, date(2026, 9, 9)),
    ]
    assert all(row.is_fine and row.fix is None for row in found.rows)


def test_a_holiday_is_left_out_and_named(world):
    (row,) = copies(world).rows
    assert row.skipped == ((date(2026, 10, 7), "国庆节"),)
    assert len(row.days) == 8 and date(2026, 10, 7) not in row.days


def test_a_taken_room_is_named_with_the_smallest_free_room_that_holds_the_class(world):
    taken_wednesday(world, room=world.room)
    add_room(world.centre, seats=19, name="小教室")
    add_room(world.centre, seats=90, name="礼堂")
    fits = add_room(world.centre, seats=24, name="二楼教室")
    (row,) = [each for each in copies(world).rows if each.code == world.run.code]
    (clash,) = row.clashes
    assert (clash.kind, clash.title, clash.key) == ("room", "抢先的班", "")
    assert (row.fix.room_name, row.fix.room_seats, row.fix.teacher_name) == ("二楼教室", 24, "")
    assert row.fix.choice == CopyChoice(world.run.code, None, fits.id, world.teacher.id)


def test_a_busy_teacher_is_named_with_a_free_one_who_taught_the_course_here_first(world):
    taken_wednesday(world, teacher=world.teacher)
    stranger, knows = add_person("安老师"), add_person("周老师")
    for each in (stranger, knows):
        give_role(each, "teacher", world.centre.region, world.centre)
    add_run(world, teacher=knows, hour=10, first_day=date(2025, 3, 5))
    (row,) = [each for each in copies(world).rows if each.code == world.run.code]
    assert [clash.kind for clash in row.clashes] == ["teacher"]
    assert row.fix.teacher_name == "周老师"
    assert row.fix.room_name == ""


def test_when_nothing_is_free_a_later_start_is_proposed(world):
    """One room, one teacher, and both are given away for the first two Wednesdays."""
    taken = taken_wednesday(world, room=world.room, teacher=world.teacher)
    Session.objects.filter(run=taken, number__gt=2).delete()
    (row,) = [each for each in copies(world).rows if each.code == world.run.code]
    assert row.fix.first_day == date(2026, 9, 23)
    assert row.fix.choice.first_day == date(2026, 9, 21)


def test_two_classes_of_the_list_that_want_one_room_are_told_of_each_other_and_fixes_fit_together(world):
    """Last term they met in different weeks; from one first day on they meet at once, and two more rooms are free."""
    for title, day in (("第二个", date(2026, 5, 6)), ("第三个", date(2025, 12, 3))):
        add_run(world, room=world.room, title=title, first_day=day)
    spare = {add_room(world.centre, seats=30, name=name).id for name in ("甲", "乙")}
    found = copies(world)
    broken = [row for row in found.rows if not row.is_fine]
    assert len(found.rows) == 3 and len(broken) == 2
    assert all(clash.key for row in broken for clash in row.clashes)
    assert {row.fix.choice.room_id for row in broken} == spare
    fixed = classes.access_copy_list(
        clerk_of(world),
        world.centre.id,
        first_day=SEPTEMBER,
        choices={row.code: row.fix.choice for row in broken},
        now=world.now,
    )
    assert all(row.is_fine for row in fixed.rows)
    assert len(copy(world, *[row.choice for row in fixed.rows])) == 3


def test_a_club_in_the_room_is_in_the_way_too(world):
    Session.objects.filter(run=world.run, number=3).delete()  # that evening of the class itself was free
    classes.book_room(
        actor=on_duty(world.daughter, "centre_clerk", world.centre.region),
        room_id=world.room.id,
        starts_at=at_local(TODAY + timedelta(days=14), 19),
        hours=1,
        club="剪纸社",
        purpose="活动",
        people_count=4,
        request_key="k",
        now=world.now,
    )
    first = TODAY + timedelta(days=10)
    found = classes.access_copy_list(clerk_of(world), world.centre.id, first_day=first, now=world.now)
    assert "剪纸社" in {clash.title for row in found.rows for clash in row.clashes}


def test_a_class_that_was_continued_is_only_counted(world):
    copy(world, world.run.code)
    found = copies(world)
    assert (found.rows, found.continued) == ((), 1)
    ClassRun.objects.filter(copied_from=world.run).update(state="cancelled")
    assert [row.code for row in copies(world).rows] == [world.run.code]


def test_the_dry_run_writes_nothing_and_asks_no_more_for_forty_classes(world, django_assert_max_num_queries):
    for number in range(12):
        add_run(world, hour=8 + number % 12, title=f"班{number}")
    before = rows_now()
    with django_assert_max_num_queries(12):
        assert len(copies(world).rows) == 13
    assert rows_now() == before


# -- the one press ----------------------------------------------------------------------------------------------------


def test_one_press_makes_a_draft_of_each_class(world):
    other, _, _ = add_run(world, hour=9, first_day=date(2026, 3, 2), title="剪纸")
    made = copy(world, world.run.code, CopyChoice(other.code, date(2026, 9, 14)))
    assert {(each.card.title, each.state, each.starts_on) for each in made} == {
        (world.run.title, "draft", date(2026, 9, 9)),
        ("剪纸", "draft", date(2026, 9, 14)),
    }


def test_one_clash_and_no_draft_is_made_at_all(world):
    add_run(world, hour=9, first_day=date(2026, 3, 2), title="剪纸")
    other = ClassRun.objects.get(title="剪纸")
    taken_wednesday(world, room=world.room)
    before = rows_now()
    with pytest.raises(BatchClash, match=r"手机支付与防诈骗.*抢先的班"):
        copy(world, other.code, world.run.code)
    assert rows_now() == before


def test_without_one_transaction_half_a_term_is_left_behind(world, monkeypatch, mutants):
    """The planted bug: each draft commits by itself, so the list stops half-way and the press cannot be repeated."""
    other, _, _ = add_run(world, hour=9, first_day=date(2026, 3, 2), title="剪纸")
    add_run(world, hour=9, first_day=SEPTEMBER, room=other.room, title="抢先的班")
    assert world.run.code < other.code  # the first one fits
    before = rows_now()
    with pytest.raises(BatchClash):
        copy(world, world.run.code, other.code)
    assert rows_now() == before
    with monkeypatch.context() as patch:
        patch.setattr(copying, "transaction", SimpleNamespace(atomic=nullcontext))
        with pytest.raises(BatchClash):
            copy(world, world.run.code, other.code)
    mutants.tell("classes", "a list of classes opens one by one", caught=rows_now() != before)


def test_pressing_twice_makes_one_set_of_drafts(world):
    copy(world, world.run.code)
    before = rows_now()
    with pytest.raises(BatchClash):
        copy(world, world.run.code)
    assert rows_now() == before


def test_nothing_chosen_too_much_chosen_and_other_peoples_classes_are_refused(world):
    elsewhere, _, _ = add_run(world, centre=world.other_centre, room=world.other_room, hour=8)
    before = rows_now()
    with pytest.raises(NothingChosen):
        copy(world)
    with pytest.raises(TooManyChosen):
        copy(world, *[f"X{number}" for number in range(COPIES_MAX + 1)])
    with pytest.raises(NotAllowed):
        copy(world, world.run.code, actor=on_duty(world.clerk, "centre_clerk", LINHAI))
    with pytest.raises(NotAllowed):
        copy(world, elsewhere.code)
    assert rows_now() == before
