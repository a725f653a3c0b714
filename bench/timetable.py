"""The timetable of a term: how long until it is proven, and how many more people it serves than a planner who takes the
classes in order and gives each the first free time, room and teacher."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import date, timedelta

from bench.harness import LOWER, Result, bench, result

ROUNDS = 3
FIRST = date(2027, 3, 1)


@bench("timetable")
def timetable() -> Iterator[Result]:
    """Centres with more wishes than rooms: 60 classes, 4 rooms, 25 teachers, five evenings and three days."""
    from xueqiao.domains.classes.timetable import solve_timetable_task

    seconds, served, greedy, proven = [], [], [], []
    for number in range(ROUNDS):
        task = a_term(number)
        start = time.perf_counter()
        answer = solve_timetable_task(task)
        seconds.append(time.perf_counter() - start)
        served.append(float(answer.people_served))
        greedy.append(float(in_order(task)))
        proven.append(100.0 if answer.is_proven else 100.0 * answer.people_served / answer.bound_people)
    yield result("timetable.seconds", seconds, "s until proven", aim=20.0, better=LOWER)
    yield result("timetable.people", served, "people served", limits=greedy, aim=1.0)
    yield result("timetable.proven", proven, "% of the bound", aim=99.0)


def a_term(number: int) -> object:
    """A centre's wishes for a term, drawn with a seed."""
    from xueqiao.domains.classes.values.timetable import RoomChoice, Slot, TimetableTask, WantedClass

    dice = random.Random(number)
    slots = [Slot(day, hour * 60) for day in range(1, 6) for hour in (14, 18, 19, 20)]
    slots += [Slot(day, hour * 60) for day in (6, 7) for hour in (9, 10, 14, 15)]
    rooms = tuple(RoomChoice(n, f"{n} 室", 1 + n % 2, dice.choice((20, 30, 40, 60))) for n in range(4))
    classes = []
    for n in range(60):
        mine = tuple(sorted(dice.sample(slots, 6)))
        classes.append(
            WantedClass(
                key=f"c{n}",
                title=f"第 {n} 个班",
                session_minutes=dice.choice((60, 90, 120)),
                session_count=12,
                capacity=dice.choice((16, 20, 30, 40)),
                teacher_ids=tuple(dice.sample(range(25), dice.choice((1, 2)))),
                slots=mine,
                last_slot=mine[0],
                last_room_id=dice.randrange(4),
                wanted_by=dice.randrange(8, 60),
            )
        )
    days = {d: tuple(FIRST + timedelta(days=d - 1 + 7 * w) for w in range(16)) for d in range(1, 8)}
    names = {n: f"老师 {n}" for n in range(25)}
    return TimetableTask(FIRST, tuple(classes), rooms, names, days, sessions_per_teacher_and_week=5)


def in_order(task: object) -> int:
    """People served by taking the classes in order, the most wanted first, and giving each the first that is free."""
    from xueqiao.domains.classes.values.timetable import TimetableTask

    assert isinstance(task, TimetableTask)
    used: list[tuple[str, int, int, int, int]] = []
    served = 0
    load: dict[int, int] = {}

    def is_free(kind: str, of: int, day: int, start: int, end: int) -> bool:
        return not any(u[0] == kind and u[1] == of and u[2] == day and u[3] < end and start < u[4] for u in used)

    for each in sorted(task.classes, key=lambda c: -c.wanted_by):
        for slot, room, teacher in (
            (s, r, t) for s in each.slots for r in task.rooms if r.seats >= each.capacity for t in each.teacher_ids
        ):
            start, end = slot.start_minute, slot.start_minute + each.session_minutes
            if load.get(teacher, 0) >= task.sessions_per_teacher_and_week:
                continue
            if is_free("room", room.id, slot.weekday, start, end) and is_free(
                "teacher", teacher, slot.weekday, start, end
            ):
                used += [("room", room.id, slot.weekday, start, end), ("teacher", teacher, slot.weekday, start, end)]
                load[teacher] = load.get(teacher, 0) + 1
                served += each.wanted_by
                break
    return served
