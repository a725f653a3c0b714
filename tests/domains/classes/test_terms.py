"""The term board: what runs where in a whole term, what is free, and that it reads what cannot clash."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests.worlds.small_county import HEDE, acting, add_person, add_room, add_run, give_role, on_duty
from xueqiao.domains.classes.api import access_term_board
from xueqiao.domains.classes.models import ClassRun, RoomBooking, Session, SessionAssistant
from xueqiao.domains.classes.rules.terms import (
    free_since,
    free_stretches,
    parts_of_day,
    term_at,
    term_of,
    term_rows,
    term_weeks,
)
from xueqiao.domains.classes.values.term_board import CLASS, CLUB, WeeklyUse
from xueqiao.foundation.clock import at_local, local_date
from xueqiao.foundation.reasons import NotAllowed

DAY = date(2026, 3, 4)  # a Wednesday


def use(owner: int = 1, weekday: int = 3, start: int = 19 * 60, minutes: int = 90, **more: object) -> WeeklyUse:
    wanted = {"owner_name": "", "kind": CLASS, "days": (DAY,)} | more
    return WeeklyUse(owner_id=owner, weekday=weekday, start_minute=start, end_minute=start + minutes, **wanted)


# -- rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 3, 4), date(2026, 2, 1), date(2026, 7, 31)),
        (date(2026, 7, 31), date(2026, 2, 1), date(2026, 7, 31)),
        (date(2026, 8, 1), date(2026, 8, 1), date(2027, 1, 31)),
        (date(2027, 1, 31), date(2026, 8, 1), date(2027, 1, 31)),
    ],
)
def test_a_term_has_its_first_and_last_day(day, first, last):
    term = term_at(day)
    assert (term.first, term.last, term.is_autumn) == (first, last, first.month == 8)


@given(st.dates(date(2001, 1, 1), date(2099, 1, 1)))
def test_terms_follow_each_other_without_a_gap(day):
    term = term_at(day)
    assert term.first <= day <= term.last
    assert term_at(term.last + timedelta(days=1)).first == term.last + timedelta(days=1)
    assert term_of(term.first) == term_of(day) == term_of(term.last)


def test_what_is_left_of_a_part_and_what_is_too_short_to_say():
    assert free_stretches(1020, 1260, []) == ((1020, 1260),)
    assert free_stretches(1020, 1260, [(1080, 1170)]) == ((1020, 1080), (1170, 1260))
    assert free_stretches(1020, 1260, [(1060, 1170), (1100, 1216)]) == ()  # 40 and 44 minutes
    assert free_stretches(1020, 1260, [(900, 1020), (1260, 1300)]) == ((1020, 1260),)


@given(
    st.integers(0, 900),
    st.integers(60, 400),
    st.lists(st.tuples(st.integers(0, 1300), st.integers(1, 200)).map(lambda each: (each[0], sum(each))), max_size=8),
)
def test_no_free_stretch_touches_what_is_taken_and_none_of_a_class_hour_is_forgotten(start, length, taken):
    end = start + length
    free = free_stretches(start, end, taken)
    is_free = [not any(a <= minute < b for a, b in taken) for minute in range(start, end)]
    for a, b in free:
        assert start <= a < b <= end
        assert all(is_free[a - start : b - start])
    told = {minute for a, b in free for minute in range(a, b)}
    run = 0
    for minute in range(start, end + 1):
        if minute < end and is_free[minute - start]:
            run += 1
            continue
        if run >= 45:
            assert set(range(minute - run, minute)) <= told
        run = 0


def test_a_meeting_stands_where_it_begins_and_takes_time_from_the_next_part_too():
    lunch = use(start=11 * 60, minutes=120)
    (row,) = term_rows([lunch], [(1, "101")], since=DAY, show_free=[1])
    morning, afternoon, evening = row.bands
    assert morning.cells[2].uses == (lunch,)
    assert morning.cells[2].free == ((8 * 60, 11 * 60),)
    assert afternoon.cells[2].uses == ()
    assert afternoon.cells[2].free == ((13 * 60, 17 * 60),)
    assert not afternoon.is_free(afternoon.cells[2])
    assert evening.free_weekdays == (1, 2, 3, 4, 5, 6, 7)
    assert morning.free_weekdays == (1, 2, 4, 5, 6, 7)


def test_what_is_over_takes_nothing_any_more_and_an_unknown_room_is_never_called_free():
    over = use(days=(DAY, DAY + timedelta(days=7)))
    for since, free in ((DAY, ((1020, 1140),)), (DAY + timedelta(days=8), ((1020, 1260),))):
        (row,) = term_rows([over], [(1, "101")], since=since, show_free=[1])
        assert row.bands[2].cells[2].free == free
    (row,) = term_rows([over], [(1, "外面")], since=DAY, show_free=[])
    assert all(cell.free == () for band in row.bands for cell in band.cells)
    assert row.bands[0].free_weekdays == ()


def test_free_counts_from_today_only_in_the_term_that_runs():
    term = term_at(DAY)
    assert free_since(term, DAY) == DAY
    assert free_since(term, date(2025, 12, 1)) == term.first
    assert free_since(term, date(2026, 9, 1)) == term.first


def test_early_and_late_meetings_widen_the_day():
    assert parts_of_day([]) == (("morning", 480, 720), ("afternoon", 720, 1020), ("evening", 1020, 1260))
    assert parts_of_day([use(start=390), use(start=1230)])[::2] == (("morning", 390, 720), ("evening", 1020, 1320))


def test_weeks_of_a_term_count_classes_only():
    weeks = term_weeks([use(), use(kind=CLUB), use(days=(DAY, DAY + timedelta(days=7)))], term_at(DAY))
    assert {week.monday: week.meetings for week in weeks if week.meetings} == {date(2026, 3, 2): 2, date(2026, 3, 9): 1}
    assert weeks[0].monday == date(2026, 1, 26)
    assert weeks[-1].monday == date(2026, 7, 27)
    assert len(weeks) == 27


def test_the_next_meeting_is_where_a_line_leads():
    weekly = use(days=(DAY, DAY + timedelta(days=7)))
    assert weekly.next_day(DAY + timedelta(days=1)) == DAY + timedelta(days=7)
    assert weekly.next_day(DAY + timedelta(days=30)) == DAY + timedelta(days=7)


# -- reads ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def clerk(world):
    return on_duty(world.clerk, "centre_clerk", HEDE)


def board_of(world, clerk, **wanted):
    today = local_date(world.now)
    return access_term_board(
        **{"actor": clerk, "institution_id": world.centre.pk, "day": today, "today": today} | wanted
    )


def lines(board):
    return {
        (row.name, each.weekday, each.hours, each.title, each.kind, len(each.days))
        for row in board.rows
        for band in row.bands
        for cell in band.cells
        for each in cell.uses
    }


@pytest.mark.django_db
def test_a_term_by_rooms_and_by_teachers(world, clerk):
    run = world.run
    days = [local_date(each.starts_at) for each in world.sessions]
    board = board_of(world, clerk)
    assert (world.room.name, days[0].isoweekday(), "19:00–20:30", run.title, "class", len(days)) in lines(board)
    assert board.meetings == sum(week.meetings for week in board.weeks) == len(days)
    by_teacher = board_of(world, clerk, by_teacher=True)
    assert [row.name for row in by_teacher.rows] == [run.teacher.name]
    assert {each.beside for band in by_teacher.rows[0].bands for cell in band.cells for each in cell.uses} == {
        world.room.name
    }
    # the term before is empty, and its rooms are free all day
    empty = board_of(world, clerk, day=date(2025, 10, 1))
    assert lines(empty) == set()
    assert empty.rows[0].bands[0].free_weekdays == (1, 2, 3, 4, 5, 6, 7)


@pytest.mark.django_db
def test_cancelled_meetings_leave_the_board_and_drafts_stand_on_it(world, clerk):
    ClassRun.objects.filter(pk=world.run.pk).update(state="draft")
    Session.objects.filter(pk=world.sessions[2].pk).update(state="cancelled")
    (line,) = [
        each for row in board_of(world, clerk).rows for band in row.bands for cell in band.cells for each in cell.uses
    ]
    assert line.is_draft
    assert len(line.days) == len(world.sessions) - 1
    assert local_date(world.sessions[2].starts_at) not in line.days


@pytest.mark.django_db
def test_a_moved_meeting_is_a_line_of_its_own(world, clerk):
    moved = world.sessions[3]
    Session.objects.filter(pk=moved.pk).update(
        starts_at=moved.starts_at + timedelta(days=1), ends_at=moved.ends_at + timedelta(days=1)
    )
    assert {line[5] for line in lines(board_of(world, clerk))} == {1, len(world.sessions) - 1}


@pytest.mark.django_db
def test_others_only_take_time_their_titles_are_not_told(world, clerk):
    """A club and a class of another institution in our room; our teacher at another institution."""
    guest, _, _ = add_run(
        world, centre=world.other_centre, room=world.room, teacher=add_person("顾老师"), hour=9, title="外来班"
    )
    away, _, _ = add_run(
        world,
        centre=world.other_centre,
        room=add_room(world.other_centre, name="202 教室"),
        teacher=world.run.teacher,
        hour=14,
        title="借去的班",
    )
    RoomBooking.objects.create(
        room=world.room,
        region=HEDE,
        person=add_person("社长"),
        club="棋友社",
        purpose="下棋",
        people=8,
        starts_at=at_local(DAY, 15),
        ends_at=at_local(DAY, 17),
        request_key="1",
        asked_at=world.now,
    )
    shown = lines(board_of(world, clerk))
    assert {(line[2], line[3], line[4]) for line in shown if line[4] != "class"} == {
        ("9:00–10:30", "", "elsewhere"),
        ("15:00–17:00", "", "club"),
    }
    shown = lines(board_of(world, clerk, by_teacher=True))
    assert {(line[0], line[2], line[3]) for line in shown if line[4] == "elsewhere"} == {
        (world.run.teacher.name, "14:00–15:30", "")
    }
    assert not {line[3] for line in shown} & {guest.title, away.title}


@pytest.mark.django_db
def test_our_class_in_a_room_of_others_is_shown_and_that_room_is_never_called_free(world, clerk):
    hall = add_room(world.other_centre, name="礼堂")
    add_run(world, room=hall, teacher=add_person("顾老师"), hour=9)
    row = next(each for each in board_of(world, clerk).rows if each.name.endswith("礼堂"))
    assert row.name != "礼堂"  # where it is, is told
    assert all(cell.free == () for band in row.bands for cell in band.cells)


@pytest.mark.django_db
def test_an_assistant_has_a_row_and_a_meeting_counts_once(world, clerk):
    helper = add_person("助教小周")
    SessionAssistant.objects.create(session=world.sessions[0], person=helper, added_at=world.now)
    board = board_of(world, clerk, by_teacher=True)
    assert {line[4] for line in lines(board) if line[0] == helper.name} == {"assisting"}
    assert board.meetings == len(world.sessions)


@pytest.mark.django_db
def test_one_room_is_chosen_and_nonsense_shows_all(world, clerk):
    other = add_room(world.centre, name="404 教室")
    assert [row.name for row in board_of(world, clerk, only_id=other.pk).rows] == ["404 教室"]
    assert len(board_of(world, clerk, only_id=0).rows) == len(board_of(world, clerk).choices) >= 2


@pytest.mark.django_db
@pytest.mark.parametrize("by_teacher", [False, True])
def test_three_queries_at_most_whatever_the_size(world, clerk, by_teacher):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            board = board_of(world, clerk, by_teacher=by_teacher)
        return len(queries), len(lines(board))

    few, lines_before = asked()
    for number in range(6):
        add_run(
            world,
            room=add_room(world.centre, name=f"甲 {number}"),
            teacher=add_person(f"老师{number}"),
            hour=9 + number,
        )
    many, lines_after = asked()
    assert few == many <= 3
    assert lines_after == lines_before + 6


@pytest.mark.django_db
def test_two_at_once_cannot_be_written_so_the_board_never_shows_them(world, clerk):
    before = lines(board_of(world, clerk))
    _, sessions, _ = add_run(world, room=add_room(world.centre, name="乙"), teacher=add_person("乙老师"), hour=9)
    for change in ({"room": world.room}, {"teacher": world.run.teacher}):
        with pytest.raises(IntegrityError, match="use_once"), transaction.atomic():
            Session.objects.filter(pk=sessions[0].pk).update(
                starts_at=world.sessions[0].starts_at, ends_at=world.sessions[0].ends_at, **change
            )
    assert before < lines(board_of(world, clerk))


@pytest.mark.django_db
def test_only_those_who_may_plan_there(world):
    stranger = add_person("外县工作人员")
    give_role(stranger, "centre_clerk", 320583000000)
    for actor in (acting(world.elder), on_duty(stranger, "centre_clerk", 320583000000)):
        with pytest.raises(NotAllowed):
            board_of(world, actor)
