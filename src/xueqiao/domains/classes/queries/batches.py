"""Reads for planning many classes at once: what stands in the calendar, and how last term's list would go on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Min

from xueqiao.domains.classes.calendar import holidays_between
from xueqiao.domains.classes.models import ClassRun, RoomUse, Session, TeachingUse
from xueqiao.domains.classes.rules import batches as batch_rules
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.batches import (
    ROOM,
    TEACHER,
    CopyChoice,
    CopyFix,
    CopyList,
    CopyRow,
    Meetings,
    PlannedRun,
    Use,
)
from xueqiao.domains.classes.values.runs import Pattern
from xueqiao.domains.institutions.api import get_institution_by_id, rooms_of
from xueqiao.domains.people.api import teachers_in
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.reasons import Refused

COPIES_MAX = 100
TERM_BACK = timedelta(days=240)  # older classes are not "last term's" any more
USES_MAX = 50_000

# -- what is taken ----------------------------------------------------------------------------------------------------


def calendar_of(
    plans: Sequence[PlannedRun], *, room_ids: Iterable[int], teacher_ids: Iterable[int], weeks_later: int = 0
) -> batch_rules.Calendar:
    """Everything the rooms and teachers have while the plans would meet, classes and clubs. Two queries."""
    span = batch_rules.span_of(plans)
    if span is None:
        return batch_rules.Calendar()
    first, last = span[0], span[1] + timedelta(weeks=weeks_later)
    rooms = RoomUse.objects.filter(room_id__in=list(room_ids), during__overlap=DateTimeTZRange(first, last))
    uses = [
        Use(ROOM, room_id, during.lower, during.upper, title or club)
        for room_id, during, title, club in rooms.values_list(
            "room_id", "during", "session__run__title", "booking__club"
        )[:USES_MAX]
    ]
    teachers = TeachingUse.objects.filter(person_id__in=list(teacher_ids), during__overlap=DateTimeTZRange(first, last))
    uses += [
        Use(TEACHER, person_id, during.lower, during.upper, title)
        for person_id, during, title in teachers.values_list("person_id", "during", "session__run__title")[:USES_MAX]
    ]
    return batch_rules.Calendar(uses)


def days_off_between(first: date, last: date) -> Callable[[date], str]:
    """The name of the public holiday on a day, "" for other days. One query for all the days asked about."""
    known = {day: name for day, (kind, name) in holidays_between(first, last).items() if kind == "holiday"}
    return lambda day: known.get(day, "")


def first_meetings(run_ids: Iterable[int]) -> dict[int, datetime]:
    """When each class meets first, cancelled meetings left out; classes without meetings are missing. One query."""
    rows = Session.objects.filter(run_id__in=list(run_ids)).exclude(state="cancelled").order_by()
    return dict(rows.values_list("run_id").annotate(first=Min("starts_at")))


# -- last term's list -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Source:
    """One class of last term with the meetings it had."""

    run: ClassRun
    meetings: list[tuple[datetime, datetime]]


def access_copy_list(
    actor: Actor,
    institution_id: int,
    *,
    first_day: date,
    choices: Mapping[str, CopyChoice] | None = None,
    now: datetime,
) -> CopyList:
    """How last term's classes of a centre would go on from a day, with every clash named and a fix beside it.

    choices: what is to differ, by code of the earlier class. Classes that were continued already are only counted.
    Writes nothing; about eight queries however many classes there are. For those who plan there. Raises NotAllowed,
    InstitutionUnknown.
    """
    centre = get_institution_by_id(institution_id)
    rules.require_may_plan(actor, centre.region)
    sources, continued = _last_term(institution_id, first_day)
    rooms = {room.id: (room.name, room.seats) for room in rooms_of(institution_id)}
    known = dict(teachers_in(centre.region, institution_id=institution_id, on=local_date(now)))
    teachers = known | {each.run.teacher_id: each.run.teacher.name for each in sources}
    day_off = days_off_between(first_day, first_day + timedelta(days=rules.SPAN_DAYS_MAX * 2))
    wanted = choices or {}
    rows: list[CopyRow] = []
    plans: dict[str, PlannedRun] = {}
    patterns: dict[str, Pattern] = {}
    for source in sources:
        row, pattern, plan = _planned(source, wanted.get(source.run.code), first_day, rooms, teachers, day_off, now)
        rows.append(row)
        if plan is not None and pattern is not None:
            plans[row.code], patterns[row.code] = plan, pattern
    rows.sort(key=lambda row: (row.weekdays, row.minute, row.room_name, row.code))
    in_order = [plans[row.code] for row in rows if row.code in plans]
    calendar = calendar_of(in_order, room_ids=rooms, teacher_ids=teachers, weeks_later=batch_rules.WEEKS_LATER_MAX)
    clashes = batch_rules.lay_out(in_order, calendar)
    rows = [replace(row, clashes=clashes.get(row.code, ())) for row in rows]
    usual = _teachers_by_course(institution_id, sources)
    fixed = []
    for row in rows:
        fix = None
        if row.code in plans and not row.is_fine:
            order = [*usual.get(row.code, ()), *teachers]
            fix = _fix(row, plans[row.code], patterns[row.code], calendar, rooms, teachers, order, day_off)
        fixed.append(replace(row, fix=fix))
    return CopyList(institution_id, first_day, tuple(fixed), continued, rooms, teachers)


def _last_term(institution_id: int, first_day: date) -> tuple[list[_Source], int]:
    """Classes that ended within the last months or end before the new term is far; those continued are counted."""
    runs = ClassRun.objects.filter(
        institution_id=institution_id,
        state__in=["published", "finished"],
        starts_on__lt=first_day,
        ends_on__gte=first_day - TERM_BACK,
    )
    followed = (
        ClassRun.objects.filter(copied_from__institution_id=institution_id, starts_on__gte=first_day - TERM_BACK)
        .exclude(state="cancelled")
        .values("copied_from_id")
    )
    rows = list(
        runs.exclude(id__in=followed)
        .select_related("course", "room", "teacher")
        .order_by("-starts_on", "id")[:COPIES_MAX]
    )
    met: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    meetings = Session.objects.filter(run_id__in=[row.id for row in rows]).exclude(state="cancelled")
    for run_id, starts_at, ends_at in meetings.order_by("starts_at").values_list("run_id", "starts_at", "ends_at"):
        met[run_id].append((starts_at, ends_at))
    return [_Source(row, met[row.id]) for row in rows if met[row.id]], runs.filter(id__in=followed).count()


def _planned(
    source: _Source,
    choice: CopyChoice | None,
    first_day: date,
    rooms: Mapping[int, tuple[str, int]],
    teachers: Mapping[int, str],
    day_off: Callable[[date], str],
    now: datetime,
) -> tuple[CopyRow, Pattern | None, PlannedRun | None]:
    run = source.run
    choice = choice or CopyChoice(run.code)
    room_id, teacher_id = choice.room_id or run.room_id, choice.teacher_id or run.teacher_id
    room_name, seats = rooms.get(room_id, (run.room.name, 0))
    row = CopyRow(
        code=run.code,
        title=run.title,
        capacity=run.capacity,
        choice=choice,
        room_id=room_id,
        room_name=room_name,
        teacher_id=teacher_id,
        teacher_name=teachers.get(teacher_id, run.teacher.name),
    )
    pattern = plan = None
    try:
        pattern = rules.pattern_of(source.meetings, choice.first_day or first_day)
        days, skipped = rules.meeting_days(pattern, day_off)
        meetings = tuple(rules.meetings(pattern, days))
        row = replace(
            row,
            days=tuple(days),
            weekdays=pattern.weekdays,
            minute=pattern.start_hour * 60 + pattern.start_minute,
            skipped=tuple(skipped),
        )
        plan = PlannedRun(run.code, run.title, room_id, teacher_id, run.capacity, meetings)
        rules.require_plan(pattern.first_day, room_name, seats, run.capacity, today=local_date(now))
    except Refused as refused:
        row = replace(row, refusal=refused)
    return row, pattern, plan


def _teachers_by_course(institution_id: int, sources: Sequence[_Source]) -> dict[str, list[int]]:
    """Who has taught the same course here before, by code of the earlier class: asked first when a teacher is busy."""
    taught = (
        ClassRun.objects.filter(institution_id=institution_id, course_id__in={each.run.course_id for each in sources})
        .exclude(state="cancelled")
        .values_list("course_id", "teacher_id")
        .distinct()[:2_000]
    )
    by_course: dict[int, list[int]] = defaultdict(list)
    for course_id, teacher_id in taught:
        by_course[course_id].append(teacher_id)
    return {each.run.code: by_course[each.run.course_id] for each in sources}


def _fix(
    row: CopyRow,
    plan: PlannedRun,
    pattern: Pattern,
    calendar: batch_rules.Calendar,
    rooms: Mapping[int, tuple[str, int]],
    teachers: Mapping[int, str],
    order: Sequence[int],
    day_off: Callable[[date], str],
) -> CopyFix | None:
    """What would free this class beside everything that is fine and every fix before it."""

    def meetings_from(day: date) -> Meetings | None:
        later = replace(pattern, first_day=day)
        try:
            return tuple(rules.meetings(later, rules.meeting_days(later, day_off)[0]))
        except Refused:
            return None

    found = batch_rules.propose(
        plan,
        calendar,
        rooms=[(room_id, seats) for room_id, (_name, seats) in sorted(rooms.items(), key=lambda each: each[1][1])],
        teachers=[each for each in dict.fromkeys(order) if each in teachers],
        meetings_from=meetings_from,
        first_day=pattern.first_day,
    )
    if found is None:
        return None
    choice, changed = found
    calendar.claim(changed)
    name, seats = rooms[changed.room_id]
    return CopyFix(
        choice=replace(choice, first_day=choice.first_day or row.choice.first_day),
        room_name=name if changed.room_id != plan.room_id else "",
        room_seats=seats,
        teacher_name=teachers[changed.teacher_id] if changed.teacher_id != plan.teacher_id else "",
        first_day=local_date(changed.meetings[0][0]) if choice.first_day else None,
    )
