"""Many classes planned at once: what is in whose way, and what would help. Pure; no table, no clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from xueqiao.domains.classes.values.batches import ROOM, TEACHER, CopyChoice, Meetings, PlannedRun, Use

CLASHES_SHOWN_MAX = 3
WEEKS_LATER_MAX = 8


class Calendar:
    """What rooms and people have, searched by overlap. Touching ends do not overlap."""

    def __init__(self, uses: Iterable[Use] = ()) -> None:
        self._uses: dict[tuple[str, int], list[Use]] = defaultdict(list)
        for use in uses:
            self._uses[use.kind, use.id].append(use)

    def in_the_way(self, kind: str, of: int, meetings: Meetings) -> list[Use]:
        """Everything this room or person has during the meetings, earliest first."""
        taken = self._uses.get((kind, of), [])
        found = [use for use in taken if any(use.starts_at < end and start < use.ends_at for start, end in meetings)]
        return sorted(found, key=lambda use: use.starts_at)

    def is_free(self, kind: str, of: int, meetings: Meetings) -> bool:
        return not any(
            use.starts_at < end and start < use.ends_at
            for use in self._uses.get((kind, of), ())
            for start, end in meetings
        )

    def claim(self, plan: PlannedRun) -> None:
        """Let a planned class have its room and teacher."""
        for kind, of in ((ROOM, plan.room_id), (TEACHER, plan.teacher_id)):
            self._uses[kind, of].extend(Use(kind, of, start, end, plan.title, plan.key) for start, end in plan.meetings)


def lay_out(plans: Sequence[PlannedRun], calendar: Calendar) -> dict[str, tuple[Use, ...]]:
    """What is in the way of each class, in the order of the list: an earlier class keeps its room and teacher.

    A class with something in its way claims nothing, so that one clash does not make more. Returns key -> uses, at most
    three, rooms first; the calendar afterwards holds every class without a clash.
    """
    found: dict[str, tuple[Use, ...]] = {}
    for plan in plans:
        rooms = calendar.in_the_way(ROOM, plan.room_id, plan.meetings)
        teachers = calendar.in_the_way(TEACHER, plan.teacher_id, plan.meetings)
        found[plan.key] = (*_by_thing(rooms), *_by_thing(teachers))[:CLASHES_SHOWN_MAX]
        if not rooms and not teachers:
            calendar.claim(plan)
    return found


def _by_thing(uses: Iterable[Use]) -> list[Use]:
    """One use per class or club: eight meetings of the same class are one thing in the way."""
    first: dict[tuple[str, str], Use] = {}
    for use in uses:
        first.setdefault((use.key, use.title), use)
    return list(first.values())


def propose(
    plan: PlannedRun,
    calendar: Calendar,
    *,
    rooms: Sequence[tuple[int, int]],
    teachers: Sequence[int],
    meetings_from: Callable[[date], Meetings | None],
    first_day: date,
) -> tuple[CopyChoice, PlannedRun] | None:
    """The smallest change that frees a class: another room, another teacher, both, else a start some weeks later.

    rooms: (id, seats); teachers: ids, both in the order they are tried after the wished one. meetings_from(day): the
    meetings of a start on that day, None when there are none. People keep their time before they keep their room: an
    hour moved costs every learner, a room nobody. Returns the choice and the class as it would meet; None: no help.
    """
    big_enough = [room for room, seats in rooms if seats >= plan.capacity]
    big_enough.sort(key=lambda room: room != plan.room_id)
    for weeks in range(WEEKS_LATER_MAX + 1):
        day = first_day + timedelta(weeks=weeks)
        meetings = plan.meetings if weeks == 0 else meetings_from(day)
        if meetings is None:
            continue
        room = _first_free(calendar, ROOM, big_enough, meetings)
        teacher = _first_free(calendar, TEACHER, [plan.teacher_id, *teachers], meetings)
        if room is None or teacher is None:
            continue
        choice = CopyChoice(plan.key, day if weeks else None, room, teacher)
        return choice, replace(plan, room_id=room, teacher_id=teacher, meetings=meetings)
    return None


def _first_free(calendar: Calendar, kind: str, ids: Iterable[int], meetings: Meetings) -> int | None:
    return next((of for of in dict.fromkeys(ids) if calendar.is_free(kind, of, meetings)), None)


def span_of(plans: Iterable[PlannedRun]) -> tuple[datetime, datetime] | None:
    """From the first start to the last end of all meetings; None without any."""
    starts = [start for plan in plans for start, _ in plan.meetings]
    ends = [end for plan in plans for _, end in plan.meetings]
    return (min(starts), max(ends)) if starts else None
