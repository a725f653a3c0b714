from contextlib import nullcontext
from datetime import date
from types import SimpleNamespace

import pytest

from tests.domains.classes.planning import clerk_of
from tests.worlds.small_county import LINHAI, acting, add_course, add_person, add_room, add_run, give_role, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.actions import open_class_list as opening
from xueqiao.domains.classes.api import LINES_MAX, ListHasErrors, NothingChosen, SheetLine, TooManyChosen
from xueqiao.domains.classes.models import ClassRun, Session
from xueqiao.foundation.reasons import NotAllowed

GOOD = {
    "course": "C402",
    "room": "101 教室",
    "teacher": "陆建芬",
    "first_day": "2026-09-07",
    "weekdays": "周一、周四",
    "start": "9:00",
}


def line(number=2, **cells):
    return SheetLine(number, GOOD | cells)


def check(world, *lines):
    return classes.access_checked_lines(clerk_of(world), world.centre.id, lines, now=world.now)


def open_list(world, *lines, actor=None):
    return classes.open_class_list(
        actor=actor or clerk_of(world), institution_id=world.centre.id, lines=lines, now=world.now
    )


def problems(world, *lines):
    return [[(each.column, each.refusal.code) for each in found.problems] for found in check(world, *lines)]


def rows_now():
    return ClassRun.objects.count(), Session.objects.count()


# -- the dry run ------------------------------------------------------------------------------------------------------


def test_a_good_line_says_when_it_meets_and_writes_nothing(world):
    before = rows_now()
    (found,) = check(world, line())
    assert found.is_fine
    assert (found.title, found.days[0], len(found.days)) == ("手机支付与防诈骗", date(2026, 9, 7), 8)
    (found,) = check(world, line(first_day="2026-09-24"))
    assert [name for _day, name in found.skipped] == ["国庆节", "国庆节"]
    assert rows_now() == before


def test_a_course_may_be_named_by_code_title_or_both(world):
    for written in ("C402", "c402", "手机支付与防诈骗", "C402 手机支付与防诈骗"):
        assert check(world, line(course=written))[0].is_fine, written


def test_everything_wrong_with_a_line_is_said_at_once(world):
    (found,) = problems(
        world,
        line(course="C999", room="九楼", teacher="", first_day="明天", weekdays="周八", start="七点", capacity="很多"),
    )
    assert found == [
        ("course", "not_in_list"),
        ("room", "not_in_list"),
        ("teacher", "cell_missing"),
        ("first_day", "cell_unreadable"),
        ("weekdays", "cell_unreadable"),
        ("start", "cell_unreadable"),
        ("capacity", "cell_unreadable"),
    ]


def test_seats_are_bounded_by_the_room_and_a_day_of_the_past_is_none(world):
    assert problems(world, line(capacity="21")) == [[("capacity", "number_outside")]]
    assert problems(world, line(first_day="2026-03-03")) == [[("first_day", "bad_class_plan")]]
    assert problems(world, line(learners_min="13", capacity="12")) == [[("learners_min", "number_outside")]]
    assert problems(world, line(price="10001")) == [[("price", "bad_class_plan")]]


def test_what_stands_in_the_calendar_is_named_by_room_and_by_teacher(world):
    other, _, _ = add_run(world, first_day=date(2026, 9, 7), hour=9, room=world.room, title="剪纸")
    (found,) = check(world, line())
    assert "《剪纸》" in found.problems[0].refusal.message
    Session.objects.filter(run=other).update(room=add_room(world.centre, name="别处"), teacher=world.teacher)
    assert problems(world, line()) == [[("teacher", "teacher_taken")]]


def test_two_lines_that_want_one_room_name_each_other_by_line(world):
    busy = add_person("别的老师")
    give_role(busy, "teacher", world.centre.region, world.centre)
    first, second = check(world, line(5), line(9, teacher="别的老师", title="后来的"))
    assert first.is_fine
    (problem,) = second.problems
    assert (problem.column, problem.refusal.code) == ("room", "same_list_clash")
    assert "第 5 行" in problem.refusal.message


def test_namesakes_are_told_apart_by_their_numbers(world):
    twins = [add_person("王芳"), add_person("王芳")]
    for each in twins:
        give_role(each, "teacher", world.centre.region, world.centre)
    assert problems(world, line(teacher="王芳")) == [[("teacher", "not_in_list")]]
    assert check(world, line(teacher=f"王芳（{twins[1].code}）"))[0].is_fine
    names = classes.access_sheet_choices(clerk_of(world), world.centre.id, now=world.now).teachers
    assert {f"王芳（{each.code}）" for each in twins} <= set(names)


def test_the_lists_and_the_dry_run_are_for_those_who_plan_there(world):
    for actor in (acting(world.elder), on_duty(world.clerk, "centre_clerk", LINHAI)):
        with pytest.raises(NotAllowed):
            classes.access_checked_lines(actor, world.centre.id, [line()], now=world.now)
        with pytest.raises(NotAllowed):
            classes.access_sheet_choices(actor, world.centre.id, now=world.now)


def test_many_lines_cost_no_more_questions_than_one(world, django_assert_max_num_queries):
    lines = [line(number, start=f"{8 + number % 12}:00", weekdays="1234567"[number % 7]) for number in range(60)]
    with django_assert_max_num_queries(14):
        check(world, *lines)


# -- opening ----------------------------------------------------------------------------------------------------------


def test_every_line_becomes_a_draft_as_it_was_written(world):
    dance = add_course("C204", "广场舞")
    made = open_list(
        world,
        line(title="秋季班", capacity="18", learners_min="6", price="120", admission="抽签"),
        line(3, course=dance.code, start="14:30", weekdays="周二", count="4", minutes="60", price="0"),
    )
    first, second = (ClassRun.objects.get(code=each.code) for each in made)
    assert (first.title, first.capacity, first.learners_min, first.price_fen, first.admission, first.state) == (
        "秋季班",
        18,
        6,
        12_000,
        "draw",
        "draft",
    )
    assert (second.course_id, second.price_fen, second.sessions.count()) == (dance.id, 0, 4)


def test_without_a_price_the_rule_says_it(world):
    (made,) = open_list(world, line())
    assert made.price_fen == 48_000  # 8 x 90 minutes are 16 class hours at 30 yuan


def test_one_bad_line_and_nothing_is_opened(world):
    before = rows_now()
    with pytest.raises(ListHasErrors, match="2 行里有 1 行要改，先看第 3 行"):
        open_list(world, line(), line(3, room="九楼"))
    assert rows_now() == before


def test_what_was_checked_an_hour_ago_decides_nothing(world):
    assert check(world, line())[0].is_fine
    add_run(world, first_day=date(2026, 9, 7), hour=9, room=world.room, title="抢先的班")
    before = rows_now()
    with pytest.raises(ListHasErrors, match="抢先的班"):
        open_list(world, line())
    assert rows_now() == before


def test_a_room_taken_between_the_look_and_the_writing_rolls_everything_back(world, monkeypatch, mutants):
    """The calendar is looked at, then somebody else's class commits: the second line fails, the first was written."""
    lines = (line(), line(3, start="14:00"))
    look = opening.plans_of

    def look_then_lose(*args, **kwargs):
        found = look(*args, **kwargs)
        if not ClassRun.objects.filter(title="抢先的班").exists():
            add_run(world, first_day=date(2026, 9, 7), hour=14, room=world.room, title="抢先的班")
        return found

    monkeypatch.setattr(opening, "plans_of", look_then_lose)
    with monkeypatch.context() as patch:
        patch.setattr(opening, "transaction", SimpleNamespace(atomic=nullcontext))
        with pytest.raises(ListHasErrors):
            open_list(world, *lines)
    half = ClassRun.objects.filter(state="draft").count()
    mutants.tell("classes", "a list of classes is opened line by line", caught=half == 1)
    ClassRun.objects.filter(state="draft").delete()
    ClassRun.objects.filter(title="抢先的班").update(title="先来的班")
    Session.objects.filter(run__title="先来的班").delete()
    with pytest.raises(ListHasErrors, match="先看第 3 行"):
        open_list(world, *lines)
    assert not ClassRun.objects.filter(state="draft").exists()


def test_nothing_too_much_and_strangers_are_refused(world):
    before = rows_now()
    with pytest.raises(NothingChosen):
        open_list(world)
    with pytest.raises(TooManyChosen):
        open_list(world, *[line(number) for number in range(LINES_MAX + 1)])
    for actor in (acting(world.elder), on_duty(world.clerk, "centre_clerk", LINHAI)):
        with pytest.raises(NotAllowed):
            open_list(world, line(), actor=actor)
    assert rows_now() == before
