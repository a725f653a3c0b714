"""Reads of timetables, and the task a solver is given: what a centre has, who can teach, what is taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

from pydantic import TypeAdapter

from xueqiao.domains.classes.calendar import holidays_between
from xueqiao.domains.classes.errors.timetables import BadTimetable, UnknownTimetable
from xueqiao.domains.classes.models import ClassRun, Session, Timetable
from xueqiao.domains.classes.parameters import SESSIONS_PER_TEACHER_AND_WEEK, TRAVEL_BETWEEN_VENUES
from xueqiao.domains.classes.queries.runs import get_class
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.runs import ClassDetail
from xueqiao.domains.classes.values.timetable import (
    Occupied,
    RoomChoice,
    Slot,
    TimetableAnswer,
    TimetableTask,
    WantedClass,
)
from xueqiao.domains.institutions.api import get_institution_by_id, rooms_of
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.clock import at_local
from xueqiao.foundation.parameters.api import parameter_at

WISHES_MAX = 120
TERM_DAYS_MAX = 250
OCCUPIED_MAX = 20_000


@dataclass(frozen=True)
class TimetableView:
    """A timetable as its page shows it. state: asked, solved, accepted, dropped."""

    uuid: UUID
    institution_id: int
    region: int
    first_day: date
    state: str
    task: TimetableTask
    answer: TimetableAnswer | None
    asked_at: datetime
    solved_at: datetime | None


@cache
def task_form() -> TypeAdapter[TimetableTask]:
    """How a task is written into the table and read back."""
    return TypeAdapter(TimetableTask)


@cache
def answer_form() -> TypeAdapter[TimetableAnswer]:
    """How an answer is written into the table and read back."""
    return TypeAdapter(TimetableAnswer)


def timetable_view(row: Timetable) -> TimetableView:
    return TimetableView(
        uuid=row.uuid,
        institution_id=row.institution_id,
        region=row.region,
        first_day=row.first_day,
        state=row.state,
        task=task_form().validate_python(row.task),
        answer=None if row.answer is None else answer_form().validate_python(row.answer),
        asked_at=row.asked_at,
        solved_at=row.solved_at,
    )


def access_timetable(actor: Actor, uuid: UUID) -> TimetableView:
    """One timetable, for those who may plan there. Raises UnknownTimetable or NotAllowed."""
    row = Timetable.objects.filter(uuid=uuid).first()
    if row is None:
        raise UnknownTimetable
    rules.require_may_plan(actor, row.region)
    return timetable_view(row)


def timetables_of(institution_id: int, *, limit: int = 5) -> list[TimetableView]:
    """The latest timetables of a centre, newest first."""
    rows = Timetable.objects.filter(institution_id=institution_id).order_by("-asked_at", "-pk")
    return [timetable_view(row) for row in rows[:limit]]


def build_timetable_task(
    *,
    institution_id: int,
    source_codes: Sequence[str],
    slots: Sequence[Slot],
    first_day: date,
    last_day: date,
    now: datetime,
) -> TimetableTask:
    """What the solver needs for a term: the classes to continue, the centre's rooms, and everything already planned.

    A class keeps its own time among the possible ones even when it is not in `slots`. Raises BadTimetable,
    UnknownClass.
    """
    if not source_codes:
        raise BadTimetable(what="一个班也没有选")
    if len(source_codes) > WISHES_MAX:
        raise BadTimetable(what=f"一次最多排 {WISHES_MAX} 个班")
    if not 7 <= (last_day - first_day).days <= TERM_DAYS_MAX:
        raise BadTimetable(what=f"学期要有 1 周到 {TERM_DAYS_MAX // 7} 周")
    institution = get_institution_by_id(institution_id)
    sources = [get_class(code, now=now) for code in dict.fromkeys(source_codes)]
    if any(each.card.institution_id != institution_id for each in sources):
        raise BadTimetable(what="只能排本单位的班")
    teachers = _teachers_of(institution_id, [each.card.course_code for each in sources])
    classes = tuple(_wanted(each, teachers, slots) for each in sources)
    rooms = tuple(RoomChoice(r.id, r.name, r.venue.id, r.seats) for r in rooms_of(institution_id))
    names = {teacher: name for those in teachers.values() for teacher, name in those}
    names |= {each.teacher_id: each.teacher_name for each in sources}

    def number(name: str) -> int:
        at = parameter_at(name, region=institution.region, on=first_day, institution_id=institution_id)
        return int(at.value)

    return TimetableTask(
        first_day=first_day,
        classes=classes,
        rooms=rooms,
        teacher_names=names,
        days=term_days(first_day, last_day),
        occupied=_occupied([r.id for r in rooms], list(names), first_day, last_day),
        travel_minutes=number(TRAVEL_BETWEEN_VENUES.name),
        sessions_per_teacher_and_week=number(SESSIONS_PER_TEACHER_AND_WEEK.name),
    )


def term_days(first_day: date, last_day: date) -> dict[int, tuple[date, ...]]:
    """The days of a term by weekday, public holidays left out."""
    off = {day for day, (kind, _) in holidays_between(first_day, last_day).items() if kind == "holiday"}
    days = [first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)]
    return {w: tuple(day for day in days if day.isoweekday() == w and day not in off) for w in range(1, 8)}


def _wanted(source: ClassDetail, teachers: dict[str, list[tuple[int, str]]], slots: Sequence[Slot]) -> WantedClass:
    held = [(each.starts_at, each.ends_at) for each in source.sessions if each.state != "cancelled"]
    pattern = rules.pattern_of(held, source.starts_on)
    if len(pattern.weekdays) > 1:
        raise BadTimetable(what=f"《{source.card.title}》每周上 {len(pattern.weekdays)} 次，请单独开这个班")
    own = Slot(pattern.weekdays[0], pattern.start_hour * 60 + pattern.start_minute)
    others = [teacher for teacher, _ in teachers.get(source.card.course_code, []) if teacher != source.teacher_id]
    return WantedClass(
        key=source.code,
        title=source.card.title,
        session_minutes=pattern.session_minutes,
        session_count=pattern.session_count,
        capacity=source.card.capacity,
        teacher_ids=(source.teacher_id, *others[:5]),
        slots=tuple(sorted({own, *slots})),
        last_slot=own,
        last_room_id=source.room_id,
        wanted_by=source.card.capacity - source.card.seats_left or source.card.capacity,
    )


def _teachers_of(institution_id: int, course_codes: Sequence[str]) -> dict[str, list[tuple[int, str]]]:
    """Who taught each course at this centre before: course code -> (person, name)."""
    rows = (
        ClassRun.objects.filter(institution_id=institution_id, course__code__in=course_codes)
        .exclude(state="cancelled")
        .order_by("course__code", "teacher_id")
        .values_list("course__code", "teacher_id", "teacher__name")
        .distinct()
    )
    found: dict[str, list[tuple[int, str]]] = {}
    for code, teacher, name in rows:
        found.setdefault(code, []).append((teacher, name))
    return found


def _occupied(rooms: list[int], teachers: list[int], first_day: date, last_day: date) -> tuple[Occupied, ...]:
    """Everything planned in the term in these rooms or with these teachers, wherever that is."""
    window = {"starts_at__gte": at_local(first_day, 0), "starts_at__lt": at_local(last_day + timedelta(days=1), 0)}
    rows = Session.objects.filter(**window).exclude(state="cancelled")
    in_rooms = rows.filter(room_id__in=rooms).values_list("room_id", "starts_at", "ends_at")[:OCCUPIED_MAX]
    with_teachers = rows.filter(teacher_id__in=teachers).values_list("teacher_id", "starts_at", "ends_at")
    return (
        *(Occupied("room", *row) for row in in_rooms),
        *(Occupied("teacher", *row) for row in with_teachers[:OCCUPIED_MAX]),
    )
