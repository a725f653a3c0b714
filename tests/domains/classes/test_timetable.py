"""The solver against every timetable there is, on small terms; and the words it gives."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from xueqiao.domains.classes.timetable import solve, solve_timetable_task
from xueqiao.domains.classes.timetable.candidates import calendar_of, choices_of
from xueqiao.domains.classes.values.timetable import (
    Occupied,
    RoomChoice,
    Slot,
    TimetableAnswer,
    TimetableTask,
    WantedClass,
)
from xueqiao.foundation.clock import at_local

FIRST = date(2026, 3, 2)  # a Monday
EVENINGS = (Slot(1, 1140), Slot(2, 1140), Slot(3, 1140))


def days(weeks: int = 16) -> dict[int, tuple[date, ...]]:
    return {d + 1: tuple(FIRST + timedelta(days=d + 7 * w) for w in range(weeks)) for d in range(7)}


def wanted(key: str, **more: object) -> WantedClass:
    given: dict[str, object] = {
        "title": key,
        "session_minutes": 90,
        "session_count": 8,
        "capacity": 20,
        "teacher_ids": (1,),
        "slots": EVENINGS,
        "wanted_by": 20,
    }
    return WantedClass(key=key, **(given | more))  # type: ignore[arg-type]


def task(*classes: WantedClass, **more: object) -> TimetableTask:
    given: dict[str, object] = {
        "rooms": (RoomChoice(1, "101 室", 1, 30),),
        "teacher_names": {1: "陆", 2: "陈", 3: "周"},
        "days": days(),
    }
    return TimetableTask(FIRST, classes, **(given | more))  # type: ignore[arg-type]


def broken_rules(answer: TimetableAnswer, of: TimetableTask) -> list[str]:
    """What the timetable breaks, looked at meeting by meeting and pair by pair; [] for a good one."""
    by_key = {each.key: each for each in of.classes}
    calendar, found = calendar_of(of), []
    venue = {room.id: room.venue_id for room in of.rooms}
    seats = {room.id: room.seats for room in of.rooms}
    for each in answer.seatings:
        mine = by_key[each.key]
        free = choices_of(of, mine, calendar, [each.slot])
        if each.slot not in mine.slots or each.room_id not in free.rooms.get(each.slot, ()):
            found.append(f"{each.key}: room or slot not to be had")
        if each.teacher_id not in free.teachers.get(each.slot, ()) or seats[each.room_id] < mine.capacity:
            found.append(f"{each.key}: teacher not to be had, or room too small")
    for one, other in product(answer.seatings, answer.seatings):
        if one.key >= other.key or one.slot.weekday != other.slot.weekday:
            continue
        early, late = sorted((one, other), key=lambda s: s.slot.start_minute)
        gap = late.slot.start_minute - early.slot.start_minute - by_key[early.key].session_minutes
        if gap < 0 and one.room_id == other.room_id:
            found.append(f"{one.key} and {other.key} in one room")
        way = of.travel_minutes if venue[one.room_id] != venue[other.room_id] else 0
        if gap < way and one.teacher_id == other.teacher_id:
            found.append(f"{one.key} and {other.key} with one teacher")
    for teacher in of.teacher_names:
        if sum(each.teacher_id == teacher for each in answer.seatings) > of.sessions_per_teacher_and_week:
            found.append(f"teacher {teacher} gives too many")
    return found


def most_people(of: TimetableTask) -> int:
    """The most people any timetable can serve, by trying them all."""
    from xueqiao.domains.classes.values.timetable import Seating

    calendar = calendar_of(of)
    options = []
    for each in of.classes:
        free = choices_of(of, each, calendar, each.slots)
        options.append(
            [None] + [Seating(each.key, s, r, t) for s in free.slots for r in free.rooms[s] for t in free.teachers[s]]
        )
    weight = {each.key: each.wanted_by for each in of.classes}
    best = 0
    for choice in product(*options):
        seatings = tuple(each for each in choice if each is not None)
        served = sum(weight[each.key] for each in seatings)
        if served > best and not broken_rules(TimetableAnswer(seatings, (), False, 0, 0), of):
            best = served
    return best


def random_task(number: int) -> TimetableTask:
    dice = random.Random(number)
    slots = [Slot(day, minute) for day in (1, 2) for minute in (1080, 1140, 1170)]
    rooms = tuple(RoomChoice(n, f"{n} 室", dice.choice((1, 2)), dice.choice((15, 25, 40))) for n in (1, 2))
    classes = [
        wanted(
            f"c{n}",
            session_minutes=dice.choice((45, 90)),
            capacity=dice.choice((10, 20, 30)),
            teacher_ids=tuple(dice.sample((1, 2), dice.choice((1, 2)))),
            slots=tuple(sorted(dice.sample(slots, dice.choice((1, 2))))),
            wanted_by=dice.randrange(1, 40),
        )
        for n in range(5)
    ]
    taken = [
        Occupied(dice.choice(("room", "teacher")), dice.choice((1, 2)), start, start + timedelta(minutes=60))
        for start in (at_local(FIRST + timedelta(days=7 * dice.randrange(4)), 19, 0) for _ in range(2))
    ]
    limit = dice.choice((1, 2, 10))
    return task(*classes, rooms=rooms, occupied=tuple(taken), sessions_per_teacher_and_week=limit)


@pytest.mark.parametrize("number", range(25))
def test_no_timetable_serves_more_people_and_none_breaks_a_rule(number: int) -> None:
    of = random_task(number)
    answer = solve_timetable_task(of, seconds_max=10, workers=1)
    assert answer.is_proven
    assert broken_rules(answer, of) == []
    assert answer.people_served == most_people(of)
    assert {e.key for e in answer.seatings} | {e.key for e in answer.not_placed} == {e.key for e in of.classes}


def two_venues() -> TimetableTask:
    """A quarter of an hour between a small class here and a large one there, with one teacher."""
    rooms = (RoomChoice(1, "101 室", 1, 15), RoomChoice(2, "大教室", 2, 40))
    early = wanted("early", session_minutes=45, capacity=10, slots=(Slot(1, 1080),), last_room_id=1)
    return task(early, wanted("late", capacity=40, slots=(Slot(1, 1140),)), rooms=rooms)


def test_a_teacher_is_not_sent_across_town_in_a_quarter_of_an_hour() -> None:
    answer = solve_timetable_task(two_venues())
    assert {e.key: e.room_id for e in answer.seatings} == {"early": 2, "late": 2}
    fixed = two_venues()
    taken = Occupied("room", 2, at_local(FIRST, 18, 0), at_local(FIRST, 18, 45))
    assert len(solve_timetable_task(replace(fixed, occupied=(taken,))).seatings) == 1
    assert len(solve_timetable_task(replace(fixed, occupied=(taken,), travel_minutes=15)).seatings) == 2


@pytest.mark.parametrize("forgotten", ["_exclude_overlaps", "_limit_teachers", "_leave_time_to_travel"])
def test_a_forgotten_constraint_is_seen(forgotten: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solve, forgotten, lambda *_: None)
    seen = []
    for of in (two_venues(), *map(random_task, range(25))):
        seen += broken_rules(solve_timetable_task(of, seconds_max=10, workers=1), of)
        if seen:
            break
    assert seen != []


def test_what_was_last_term_stays_when_it_can() -> None:
    of = task(
        wanted("a", last_slot=Slot(2, 1140), last_room_id=1),
        wanted("b", last_slot=Slot(1, 1140), last_room_id=2, teacher_ids=(2, 1)),
        rooms=(RoomChoice(1, "101 室", 1, 30), RoomChoice(2, "102 室", 1, 30)),
    )
    answer = solve_timetable_task(of)
    assert [(e.key, e.slot.weekday, e.room_id, e.teacher_id, e.changes) for e in answer.seatings] == [
        ("a", 2, 1, 1, ()),
        ("b", 1, 2, 2, ()),
    ]


def test_of_two_classes_for_one_place_the_one_more_people_want_is_given() -> None:
    one = (Slot(1, 1140),)
    answer = solve_timetable_task(
        task(wanted("few", slots=one, wanted_by=9), wanted("many", slots=one, wanted_by=10, teacher_ids=(2,)))
    )
    assert [e.key for e in answer.seatings] == ["many"]
    (lost,) = answer.not_placed
    (reason,) = lost.reasons
    assert (reason.text, reason.times) == ("{times}：{rooms}都有课", {"times": one})
    assert reason.names["rooms"] == ("101 室",)
    assert (lost.advice.text, lost.advice.times) == ("改到{time}就能排", {"time": (Slot(2, 1140),)})


def test_a_holiday_counts_against_the_length_of_the_term() -> None:
    short = {weekday: those[:7] if weekday == 1 else those for weekday, those in days().items()}
    answer = solve_timetable_task(task(wanted("a", slots=(Slot(1, 1140),)), days=short))
    (reason,) = answer.not_placed[0].reasons
    assert (reason.text, reason.numbers, reason.times) == (
        "{times}：到学期末上不满 {n} 次",
        {"n": 8},
        {"times": (Slot(1, 1140),)},
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"capacity": 31}, "要 {wanted} 个座位，最大的教室{room}只有 {seats} 座"),
        ({"teacher_ids": ()}, "没有能上这门课的老师"),
        ({"slots": ()}, "没有选可以上课的时段"),
    ],
)
def test_what_cannot_be_placed_at_all_is_told_why(change: dict[str, object], said: str) -> None:
    answer = solve_timetable_task(task(wanted("a", **change)))
    assert answer.seatings == ()
    assert [reason.text for reason in answer.not_placed[0].reasons] == [said]
    assert answer.is_proven


def test_one_meeting_in_the_way_takes_the_slot_for_the_term() -> None:
    start = at_local(FIRST + timedelta(days=21), 20, 0)
    of = task(wanted("a", slots=(Slot(1, 1140),)), occupied=(Occupied("room", 1, start, start + timedelta(hours=1)),))
    assert [reason.text for reason in solve_timetable_task(of).not_placed[0].reasons] == ["{times}：{rooms}都有课"]
    touching = replace(of, occupied=(Occupied("room", 1, start + timedelta(minutes=30), start + timedelta(hours=2)),))
    assert len(solve_timetable_task(touching).seatings) == 1


def test_two_wishes_with_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="same key"):
        solve_timetable_task(task(wanted("a"), wanted("a")))
