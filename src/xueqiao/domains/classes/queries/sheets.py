"""Dry run of a list of classes that somebody typed: every line with everything that is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from xueqiao.domains.catalogue.api import CourseView, courses_by_category
from xueqiao.domains.classes.errors.batches import NotInList, SameListClash
from xueqiao.domains.classes.errors.runs import BadClassPlan, RoomTaken, RoomTooSmall, TeacherTaken
from xueqiao.domains.classes.parameters import EXPECTED_LEARNERS
from xueqiao.domains.classes.queries.batches import calendar_of, days_off_between
from xueqiao.domains.classes.rules import batches as batch_rules
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.rules import sheets
from xueqiao.domains.classes.values.batches import (
    ROOM,
    CheckedLine,
    LineProblem,
    PlannedRun,
    SheetChoices,
    SheetLine,
    Use,
)
from xueqiao.domains.classes.values.runs import Pattern
from xueqiao.domains.institutions.api import RoomView, get_institution_by_id, rooms_of
from xueqiao.domains.people.api import codes_of, teachers_in
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.reasons import Refused

T = TypeVar("T")
PRICE_FEN_MAX = 10_000_00


@dataclass(frozen=True)
class LinePlan:
    """One line that reads well: what open_class_run takes. learners_min: the minimum, proposed when left empty."""

    course: CourseView
    title: str
    room: RoomView
    teacher_id: int
    teacher_name: str
    pattern: Pattern
    capacity: int
    learners_min: int
    price_fen: int | None
    admission: str


@dataclass
class _Names:
    """What a line may name at one institution, by what people write."""

    courses: dict[str, CourseView]
    rooms: dict[str, RoomView]
    teachers: dict[str, int]
    learners: int

    @classmethod
    def of(cls, institution_id: int, *, on: date) -> _Names:
        centre = get_institution_by_id(institution_id)
        page, courses = 1, list[CourseView]()
        while found := courses_by_category(page=page, page_size=200):
            courses, page = courses + found, page + 1
        by_title = Counter(each.title for each in courses)
        named = {each.code.upper(): each for each in courses}
        named |= {each.title: each for each in courses if by_title[each.title] == 1}
        default = parameter_at(EXPECTED_LEARNERS.name, region=centre.region, on=on, institution_id=institution_id)
        return cls(
            courses=named,
            rooms={" ".join(room.name.split()): room for room in rooms_of(institution_id)},
            teachers=_teacher_names(centre.region, institution_id, on),
            learners=int(default.value),
        )


def _teacher_names(region: int, institution_id: int, on: date) -> dict[str, int]:
    """Name -> id; two of one name are told apart by their learner numbers: 王芳（9000000044）."""
    pairs = teachers_in(region, institution_id=institution_id, on=on)
    times = Counter(name for _, name in pairs)
    codes = codes_of([each for each, name in pairs if times[name] > 1])
    return {name if times[name] == 1 else f"{name}（{codes[each]}）": each for each, name in pairs}


def access_sheet_choices(actor: Actor, institution_id: int, *, now: datetime) -> SheetChoices:
    """What a list of classes of this institution may name, for those who plan there. Raises NotAllowed."""
    rules.require_may_plan(actor, get_institution_by_id(institution_id).region)
    names = _Names.of(institution_id, on=local_date(now))
    by_code = {each.code: each.title for each in names.courses.values()}
    return SheetChoices(
        courses=tuple(sorted(by_code.items())),
        rooms=tuple((room.name, room.seats) for room in names.rooms.values()),
        teachers=tuple(names.teachers),
    )


def access_checked_lines(
    actor: Actor, institution_id: int, lines: Sequence[SheetLine], *, now: datetime
) -> list[CheckedLine]:
    """What opening these lines would do: days, holidays left out, and every problem. Writes nothing.

    For those who plan there. Raises NotAllowed, InstitutionUnknown.
    """
    rules.require_may_plan(actor, get_institution_by_id(institution_id).region)
    return [checked for checked, _plan in plans_of(institution_id, lines, now=now)]


def plans_of(
    institution_id: int, lines: Sequence[SheetLine], *, now: datetime
) -> list[tuple[CheckedLine, LinePlan | None]]:
    """Each line checked, with its plan when it reads well; clashes with the calendar and among the lines included."""
    names, today = _Names.of(institution_id, on=local_date(now)), local_date(now)
    read = [_read(line, names) for line in lines]
    firsts = [plan.pattern.first_day for _, plan in read if plan is not None]
    day_off = (
        days_off_between(min(firsts), max(firsts) + timedelta(days=rules.SPAN_DAYS_MAX)) if firsts else lambda _day: ""
    )
    laid = [_lay(checked, plan, day_off, today) for checked, plan in read]
    wanted = [run for _, _, run in laid if run is not None]
    calendar = calendar_of(
        wanted, room_ids={run.room_id for run in wanted}, teacher_ids={run.teacher_id for run in wanted}
    )
    clashes = batch_rules.lay_out(wanted, calendar)
    found = []
    for checked, plan, run in laid:
        if run is None or plan is None:
            found.append((checked, plan))
            continue
        problems = tuple(_clash(use, plan) for use in clashes[run.key])
        found.append((replace(checked, problems=checked.problems + problems), plan))
    return found


def _read(line: SheetLine, names: _Names) -> tuple[CheckedLine, LinePlan | None]:
    """Every cell of one line, each problem under its column: people mend a line once, not cell by cell."""
    cells, problems = line.cells, list[LineProblem]()

    def take(column: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except Refused as refused:
            problems.append(LineProblem(column, refused))
            return None

    course = take("course", lambda: _course(cells, names))
    room = take("room", lambda: _named(cells, "room", names.rooms))
    teacher_id = take("teacher", lambda: _named(cells, "teacher", names.teachers))
    first_day = take("first_day", lambda: sheets.day_in(cells))
    weekdays = take("weekdays", lambda: sheets.weekdays_in(cells))
    start = take("start", lambda: sheets.time_in(cells))

    def number(column: str, default: int, low: int, high: int) -> int | None:
        return take(column, lambda: sheets.number_in(cells, column, default=default, low=low, high=high))

    minutes = number("minutes", course.session_minutes if course else 90, 10, 480)
    count = number("count", course.session_count if course else 8, 1, rules.SESSIONS_MAX)
    capacity = number("capacity", room.seats if room else 20, 1, room.seats if room else rules.CAPACITY_MAX)
    seats = capacity or rules.CAPACITY_MAX
    learners_min = number("learners_min", min(names.learners, seats), 1, seats)
    price_fen = take("price", lambda: _price(cells))
    admission = take("admission", lambda: sheets.admission_in(cells))
    title = sheets.text_of(cells, "title") or (course.title if course else "")
    if len(title) > 80 or not title.isprintable():
        problems.append(LineProblem("title", BadClassPlan(what="班名要有 1 到 80 个字")))
    checked = CheckedLine(line, title, tuple(problems), price_fen=price_fen)
    if (
        problems
        or course is None
        or room is None
        or teacher_id is None
        or first_day is None
        or weekdays is None
        or start is None
        or minutes is None
        or count is None
        or capacity is None
        or learners_min is None
        or admission is None
    ):
        return checked, None
    pattern = Pattern(first_day, weekdays, start[0], start[1], minutes, count)
    teacher_name = sheets.text_of(cells, "teacher")
    return checked, LinePlan(
        course, title, room, teacher_id, teacher_name, pattern, capacity, learners_min, price_fen, admission
    )


def _lay(
    checked: CheckedLine, plan: LinePlan | None, day_off: Callable[[date], str], today: date
) -> tuple[CheckedLine, LinePlan | None, PlannedRun | None]:
    if plan is None:
        return checked, None, None
    try:
        days, skipped = rules.meeting_days(plan.pattern, day_off)
        rules.require_plan(plan.pattern.first_day, plan.room.name, plan.room.seats, plan.capacity, today=today)
    except (BadClassPlan, RoomTooSmall) as refused:
        column = "capacity" if isinstance(refused, RoomTooSmall) else "first_day"
        return replace(checked, problems=(*checked.problems, LineProblem(column, refused))), None, None
    checked = replace(checked, days=tuple(days), skipped=tuple(skipped))
    meetings = tuple(rules.meetings(plan.pattern, days))
    key = str(checked.line.number)
    return checked, plan, PlannedRun(key, plan.title, plan.room.id, plan.teacher_id, plan.capacity, meetings)


def _clash(use: Use, plan: LinePlan) -> LineProblem:
    when = rules.when_words(use.starts_at, use.ends_at)
    column = "room" if use.kind == ROOM else "teacher"
    if use.key:
        who = plan.room.name if use.kind == ROOM else f"{plan.teacher_name}老师"
        return LineProblem(column, SameListClash(other=use.key, title=use.title, who=who, when=when))
    if use.kind == ROOM:
        return LineProblem(column, RoomTaken(room=plan.room.name, when=when, title=use.title))
    return LineProblem(column, TeacherTaken(teacher=plan.teacher_name, when=when, title=use.title))


def _course(cells: Mapping[str, str], names: _Names) -> CourseView:
    """By code, by title, or as the template writes it: code, a space, title. Raises CellMissing, NotInList."""
    typed = sheets.needed(cells, "course")
    found = (
        names.courses.get(typed.upper()) or names.courses.get(typed) or names.courses.get(typed.split(" ")[0].upper())
    )
    if found is None:
        raise NotInList(column=sheets.HEADINGS["course"], typed=typed[:40])
    return found


def _named(cells: Mapping[str, str], column: str, known: Mapping[str, T]) -> T:
    typed = sheets.needed(cells, column)
    if typed not in known:
        raise NotInList(column=sheets.HEADINGS[column], typed=typed[:40])
    return known[typed]


def _price(cells: Mapping[str, str]) -> int | None:
    price_fen = sheets.price_fen_in(cells)
    if price_fen is not None and price_fen > PRICE_FEN_MAX:
        raise BadClassPlan(what="价格要在 0 到 10,000 元之间")
    return price_fen
