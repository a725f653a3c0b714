"""The timetable of a term as an exact optimisation (CP-SAT of OR-tools).

What is decided: for each wanted class one weekly slot, room and teacher, or none. What counts, in this order: people
served; then how little changes against last term (another time costs more than another teacher, that more than another
room: people plan their week around the time). Both are one integer objective, the first weighted so that no amount of
the second outweighs one person.

Variables per class: `at[slot]`, `room[slot, room]`, `teacher[slot, teacher]`; a class is at a slot exactly when one
room and one teacher are chosen there. Rooms and teachers exclude each other where slots overlap in the week: the
cliques of an interval graph are the start points, so one "at most one" per (room, start point) says it all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from xueqiao.domains.classes.timetable.candidates import Choices, calendar_of, choices_of
from xueqiao.domains.classes.timetable.explain import changes_of, not_placed
from xueqiao.domains.classes.values.timetable import Seating, Slot, TimetableAnswer, TimetableTask, WantedClass

SECONDS_MAX = 20.0
OTHER_TIME, OTHER_TEACHER, OTHER_ROOM = 6, 3, 1


@dataclass
class _Model:
    """The variables, by what they mean."""

    cp: Any
    at: dict[tuple[str, Slot], Any] = field(default_factory=dict)
    room: dict[tuple[str, Slot, int], Any] = field(default_factory=dict)
    teacher: dict[tuple[str, Slot, int], Any] = field(default_factory=dict)


def solve_timetable_task(task: TimetableTask, *, seconds_max: float = SECONDS_MAX, workers: int = 2) -> TimetableAnswer:
    """Return the best timetable, with the proof or the bound, and a reason for every class that found no place.

    Deterministic for a given task as long as the time does not run out. Raises ValueError when two wishes have one key.
    """
    if len({each.key for each in task.classes}) != len(task.classes):
        raise ValueError("two wanted classes have the same key")
    calendar = calendar_of(task)
    choices = {each.key: choices_of(task, each, calendar, each.slots) for each in task.classes}
    if not any(each.slots for each in choices.values()):
        lost = tuple(not_placed(task, each, (), calendar) for each in task.classes)
        return TimetableAnswer((), lost, True, 0, 0)
    return _solve(task, choices, seconds_max=seconds_max, workers=workers)


def _solve(task: TimetableTask, choices: dict[str, Choices], *, seconds_max: float, workers: int) -> TimetableAnswer:
    from ortools.sat.python import cp_model  # noqa: PLC0415 - 0.3 s that only a timetable should pay

    model = _Model(cp_model.CpModel())
    for each in choices.values():
        _add_class(model, each)
    _exclude_overlaps(model, task)
    _limit_teachers(model, task)
    _leave_time_to_travel(model, task)

    changes_max = sum(OTHER_TIME + OTHER_TEACHER + OTHER_ROOM for _ in task.classes) + 1
    by_key = {each.key: each for each in task.classes}
    people = sum(by_key[key].wanted_by * var for (key, _), var in model.at.items())
    changes = sum(
        [OTHER_TIME * var for (key, slot), var in model.at.items() if by_key[key].last_slot not in (None, slot)]
        + [OTHER_ROOM * v for (key, _, r), v in model.room.items() if by_key[key].last_room_id not in (None, r)]
        + [OTHER_TEACHER * v for (key, _, t), v in model.teacher.items() if t != by_key[key].teacher_ids[0]]
    )
    model.cp.maximize(changes_max * people - changes)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds_max
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = 1
    status = solver.solve(model.cp)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return _nothing_found(task)
    seatings = tuple(_seatings(task, model, solver))
    placed = {each.key for each in seatings}
    calendar = calendar_of(task)
    served = sum(by_key[key].wanted_by for key in placed)
    bound = max(served, -(-int(solver.best_objective_bound) // changes_max))
    return TimetableAnswer(
        seatings=seatings,
        not_placed=tuple(not_placed(task, each, seatings, calendar) for each in task.classes if each.key not in placed),
        is_proven=status == cp_model.OPTIMAL,
        people_served=served,
        bound_people=served if status == cp_model.OPTIMAL else bound,
        seconds=solver.wall_time,
    )


def _nothing_found(task: TimetableTask) -> TimetableAnswer:
    """Time ran out before even a first timetable: everything stays unplaced, and the bound is everybody."""
    calendar = calendar_of(task)
    lost = tuple(not_placed(task, each, (), calendar) for each in task.classes)
    return TimetableAnswer((), lost, False, 0, sum(each.wanted_by for each in task.classes))


def _add_class(model: _Model, choices: Choices) -> None:
    """One slot at most; where the class is, exactly one room and one teacher."""
    key = choices.wanted.key
    for slot in choices.slots:
        at = model.at[key, slot] = model.cp.new_bool_var("")
        for of, table, ids in (
            ("room", model.room, choices.rooms[slot]),
            ("teacher", model.teacher, choices.teachers[slot]),
        ):
            chosen = []
            for each in ids:
                table[key, slot, each] = model.cp.new_bool_var(of)
                chosen.append(table[key, slot, each])
            model.cp.add(sum(chosen) == at)
    model.cp.add_at_most_one([model.at[key, slot] for slot in choices.slots])


def _exclude_overlaps(model: _Model, task: TimetableTask) -> None:
    """Neither a room nor a teacher twice at once: for each start point, at most one of those that are on then."""
    length = {each.key: each.session_minutes for each in task.classes}
    for table in (model.room, model.teacher):
        by_owner: dict[tuple[int, int], list[tuple[int, int, Any]]] = defaultdict(list)
        for (key, slot, owner), var in table.items():
            by_owner[owner, slot.weekday].append((slot.start_minute, slot.start_minute + length[key], var))
        for uses in by_owner.values():
            for point in {start for start, _, _ in uses}:
                on = [var for start, end, var in uses if start <= point < end]
                if len(on) > 1:
                    model.cp.add_at_most_one(on)


def _limit_teachers(model: _Model, task: TimetableTask) -> None:
    """No teacher gives more meetings a week than the place allows."""
    by_teacher: dict[int, list[Any]] = defaultdict(list)
    for (_, _, teacher), var in model.teacher.items():
        by_teacher[teacher].append(var)
    for uses in by_teacher.values():
        if len(uses) > task.sessions_per_teacher_and_week:
            model.cp.add(sum(uses) <= task.sessions_per_teacher_and_week)


def _leave_time_to_travel(model: _Model, task: TimetableTask) -> None:
    """A teacher is not at two venues with less time between than the way takes."""
    venue_of = {room.id: room.venue_id for room in task.rooms}
    venues = sorted(set(venue_of.values()))
    if len(venues) < 2 or not task.travel_minutes:
        return
    in_venue = {
        (*spot, venue): sum(v for (k, s, r), v in model.room.items() if (k, s) == spot and venue_of[r] == venue)
        for spot in model.at
        for venue in venues
    }
    for one, other, teacher in _close_pairs(model, task):
        for here, there in product(venues, venues):
            if here != there:
                model.cp.add(
                    model.teacher[*one, teacher]
                    + model.teacher[*other, teacher]
                    + in_venue[*one, here]
                    + in_venue[*other, there]
                    <= 3
                )


def _close_pairs(model: _Model, task: TimetableTask) -> Iterator[tuple[tuple[str, Slot], tuple[str, Slot], int]]:
    """Pairs of (class, slot) of one teacher that do not overlap but leave less time than the way takes."""
    length = {each.key: each.session_minutes for each in task.classes}
    by_teacher: dict[tuple[int, int], list[tuple[str, Slot]]] = defaultdict(list)
    for key, slot, teacher in model.teacher:
        by_teacher[teacher, slot.weekday].append((key, slot))
    for (teacher, _), uses in by_teacher.items():
        for one in uses:
            end = one[1].start_minute + length[one[0]]
            for other in uses:
                if one[0] != other[0] and 0 <= other[1].start_minute - end < task.travel_minutes:
                    yield one, other, teacher


def _seatings(task: TimetableTask, model: _Model, solver: Any) -> Iterator[Seating]:
    by_key: dict[str, WantedClass] = {each.key: each for each in task.classes}
    rooms = {(k, s): r for (k, s, r), var in model.room.items() if solver.value(var)}
    teachers = {(k, s): t for (k, s, t), var in model.teacher.items() if solver.value(var)}
    for (key, slot), var in model.at.items():
        if solver.value(var):
            seating = Seating(key, slot, rooms[key, slot], teachers[key, slot])
            yield Seating(key, slot, seating.room_id, seating.teacher_id, changes_of(task, by_key[key], seating))
