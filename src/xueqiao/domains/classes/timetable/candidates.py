"""Which times, rooms and teachers each wanted class could have at all, given what is already in the calendar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from xueqiao.domains.classes.values.timetable import RoomChoice, Slot, TimetableTask, WantedClass
from xueqiao.foundation.clock import at_local


@dataclass(frozen=True)
class Calendar:
    """What is taken, by (kind, id): sorted disjoint-enough intervals, scanned linearly (a room has tens a term)."""

    taken: dict[tuple[str, int], list[tuple[datetime, datetime]]]

    def is_free(self, kind: str, of: int, meetings: Iterable[tuple[datetime, datetime]]) -> bool:
        """True when none of the meetings overlaps anything this room or teacher has. Touching ends do not overlap."""
        busy = self.taken.get((kind, of))
        return not busy or not any(s < end and begin < e for begin, end in meetings for s, e in busy)


@dataclass(frozen=True)
class Choices:
    """The free choices of one class: per slot, the rooms and the teachers that are free at every meeting of it."""

    wanted: WantedClass
    rooms: dict[Slot, tuple[int, ...]]
    teachers: dict[Slot, tuple[int, ...]]

    @property
    def slots(self) -> list[Slot]:
        return [slot for slot in self.wanted.slots if self.rooms.get(slot) and self.teachers.get(slot)]


def calendar_of(task: TimetableTask) -> Calendar:
    taken: dict[tuple[str, int], list[tuple[datetime, datetime]]] = defaultdict(list)
    for each in task.occupied:
        taken[each.kind, each.id].append((each.starts_at, each.ends_at))
    return Calendar(dict(taken))


def meetings_in(task: TimetableTask, wanted: WantedClass, slot: Slot) -> list[tuple[datetime, datetime]] | None:
    """Start and end of every meeting of a class in a slot; None when the term has too few such days."""
    days = task.days.get(slot.weekday, ())[: wanted.session_count]
    if len(days) < wanted.session_count or slot.start_minute + wanted.session_minutes > 24 * 60:
        return None
    starts = [at_local(day, slot.start_minute // 60, slot.start_minute % 60) for day in days]
    return [(start, start + timedelta(minutes=wanted.session_minutes)) for start in starts]


def big_enough(task: TimetableTask, wanted: WantedClass) -> list[RoomChoice]:
    return [room for room in task.rooms if room.seats >= wanted.capacity]


def choices_of(task: TimetableTask, wanted: WantedClass, calendar: Calendar, slots: Iterable[Slot]) -> Choices:
    """What is free for a class in each of the slots."""
    rooms: dict[Slot, tuple[int, ...]] = {}
    teachers: dict[Slot, tuple[int, ...]] = {}
    for slot in slots:
        meetings = meetings_in(task, wanted, slot)
        if meetings is None:
            continue
        rooms[slot] = tuple(r.id for r in big_enough(task, wanted) if calendar.is_free("room", r.id, meetings))
        teachers[slot] = tuple(t for t in wanted.teacher_ids if calendar.is_free("teacher", t, meetings))
    return Choices(wanted, rooms, teachers)
