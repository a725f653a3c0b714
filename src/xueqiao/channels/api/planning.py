"""What a centre plans, by program: for staff, from a browser session with its second factor (tokens carry no duty)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from xueqiao.channels.api.callers import MAY_ENROL, actor_of
from xueqiao.channels.api.problems import Problem
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.institutions import api as institutions
from xueqiao.foundation import clock

router = Router(tags=["planning 开班"])
_PROBLEMS = {403: Problem, 404: Problem, 409: Problem, 422: Problem, 503: Problem}


class LineIn(Schema):
    """One class as people write it; the columns of the Excel list by their English names."""

    course: str = Field(max_length=200, description="Code or title")
    room: str = Field(max_length=200)
    teacher: str = Field(max_length=200)
    first_day: str = Field(max_length=40, description="2026-09-07")
    weekdays: str = Field(max_length=40, description="周一、周四 or 1,4")
    start: str = Field(max_length=20, description="19:00")
    title: str = Field("", max_length=200)
    minutes: str = Field("", max_length=20)
    count: str = Field("", max_length=20)
    capacity: str = Field("", max_length=20)
    learners_min: str = Field("", max_length=20)
    price: str = Field("", max_length=20, description="Yuan; empty: by rule")
    admission: str = Field("", max_length=20)


class ListIn(Schema):
    lines: list[LineIn] = Field(min_length=1, max_length=classes.LINES_MAX)
    dry_run: bool = Field(True, description="Only look; nothing is opened")


class LineProblemOut(Schema):
    column: str
    code: str
    detail: str


class LineOut(Schema):
    number: int = Field(description="1 for the first line that was sent")
    title: str
    class_code: str = Field(description="Of the draft; empty in a dry run")
    first_day: date | None
    last_day: date | None
    problems: list[LineProblemOut]


class CopyIn(Schema):
    code: str = Field(max_length=20, description="Of the earlier class")
    first_day: date | None = None
    room_id: int | None = Field(None, ge=1, lt=2**63)
    teacher_id: int | None = Field(None, ge=1, lt=2**63)


class CopiesIn(Schema):
    first_day: date
    classes: list[CopyIn] = Field(min_length=1, max_length=100)


class FixOut(Schema):
    room_id: int | None
    teacher_id: int | None
    first_day: date | None


class CopyOut(Schema):
    code: str
    title: str
    room: str
    room_id: int
    teacher: str
    teacher_id: int
    days: list[date]
    skipped_holidays: list[str]
    in_the_way: list[str] = Field(description="Titles of classes and clubs, rooms first")
    refused: str
    fix: FixOut | None = Field(description="What to send as this class's choice so that it fits")


class DraftOut(Schema):
    class_code: str
    title: str
    state: str


class SeatsAsked(Schema):
    capacity: int = Field(ge=1, le=classes.CAPACITY_MAX, description="How many seats the class has from now on")


class SeatsOut(Schema):
    class_code: str
    capacity: int
    held: int = Field(description="Kept for a while: places not yet paid, seats offered to the waiting list")
    taken: int
    left: int


@router.put(
    "/classes/{code}/seats",
    auth=MAY_ENROL,
    response={200: SeatsOut, **_PROBLEMS},
    summary="More seats or fewer for a class; new ones are offered to its waiting list first",
)
def change_seats(request: HttpRequest, code: str, asked: SeatsAsked) -> dict[str, Any]:
    actor, now = actor_of(request), clock.now()
    run = classes.get_class(code, now=now)
    counted = enrolment.change_seats(actor=actor, run_id=run.run_id, capacity=asked.capacity, now=now)
    return {
        "class_code": run.code,
        "capacity": counted.capacity,
        "held": counted.held,
        "taken": counted.taken,
        "left": counted.left,
    }


class AssistantAsked(Schema):
    person_id: int = Field(ge=1, lt=2**63, description="A teacher of the institution, as last-term names them")
    numbers: list[int] = Field(default=[], max_length=200, description="Numbers of meetings; empty: all to come")


class AssistantOut(Schema):
    class_code: str
    meetings: int


@router.post(
    "/classes/{code}/assistants",
    auth=MAY_ENROL,
    response={200: AssistantOut, **_PROBLEMS},
    summary="Let a teacher assist in a class's coming meetings, or in those numbered",
)
def add_assistant(request: HttpRequest, code: str, asked: AssistantAsked) -> dict[str, Any]:
    return _assist(request, code, asked, classes.add_assistant)


@router.delete(
    "/classes/{code}/assistants",
    auth=MAY_ENROL,
    response={200: AssistantOut, **_PROBLEMS},
    summary="Let somebody assist no more in a class's coming meetings, or in those numbered",
)
def remove_assistant(request: HttpRequest, code: str, asked: AssistantAsked) -> dict[str, Any]:
    return _assist(request, code, asked, classes.remove_assistant)


def _assist(request: HttpRequest, code: str, asked: AssistantAsked, deed: Callable[..., int]) -> dict[str, Any]:
    actor, now = actor_of(request), clock.now()
    run = classes.get_class(code, now=now)
    ids = [each.id for each in run.sessions if each.number in asked.numbers]
    if len(ids) < len(set(asked.numbers)):
        raise classes.NoMeetingToAssist
    number = deed(actor=actor, code=run.code, person_id=asked.person_id, session_ids=ids, now=now)
    return {"class_code": run.code, "meetings": number}


@router.post(
    "/institutions/{code}/class-list",
    auth=MAY_ENROL,
    response={200: list[LineOut], **_PROBLEMS},
    summary="Look at a list of new classes, or open a draft of every line, all or none",
)
def open_class_list(request: HttpRequest, code: str, asked: ListIn) -> list[dict[str, Any]]:
    actor, now = actor_of(request), clock.now()
    centre = institutions.get_institution(code)
    lines = [classes.SheetLine(number, each.dict()) for number, each in enumerate(asked.lines, 1)]
    if asked.dry_run:
        found = classes.access_checked_lines(actor, centre.id, lines, now=now)
    else:
        found = classes.open_class_list(actor=actor, institution_id=centre.id, lines=lines, now=now)
    return [_line_out(each) for each in found]


@router.get(
    "/institutions/{code}/last-term",
    response={200: list[CopyOut], **_PROBLEMS},
    summary="Last term's classes as they would go on from a day, with what is in the way and what would help",
)
def last_term(request: HttpRequest, code: str, first_day: Query[date]) -> list[dict[str, Any]]:
    actor, now = actor_of(request), clock.now()
    centre = institutions.get_institution(code)
    found = classes.access_copy_list(actor, centre.id, first_day=first_day, now=now)
    return [_copy_out(row) for row in found.rows]


@router.post(
    "/institutions/{code}/last-term",
    auth=MAY_ENROL,
    response={201: list[DraftOut], **_PROBLEMS},
    summary="A draft of each of last term's classes that is named, all or none",
)
def copy_classes(request: HttpRequest, code: str, asked: CopiesIn) -> Status:
    actor, now = actor_of(request), clock.now()
    centre = institutions.get_institution(code)
    choices = [classes.CopyChoice(each.code, each.first_day, each.room_id, each.teacher_id) for each in asked.classes]
    made = classes.copy_classes(
        actor=actor, institution_id=centre.id, first_day=asked.first_day, choices=choices, now=now
    )
    return Status(201, [{"class_code": each.code, "title": each.card.title, "state": each.state} for each in made])


def _line_out(line: classes.CheckedLine) -> dict[str, Any]:
    return {
        "number": line.line.number,
        "title": line.title,
        "class_code": line.code,
        "first_day": line.days[0] if line.days else None,
        "last_day": line.days[-1] if line.days else None,
        "problems": [
            {"column": each.column, "code": each.refusal.code, "detail": each.refusal.message} for each in line.problems
        ],
    }


def _copy_out(row: classes.CopyRow) -> dict[str, Any]:
    fix = row.fix.choice if row.fix else None
    return {
        "code": row.code,
        "title": row.title,
        "room": row.room_name,
        "room_id": row.room_id,
        "teacher": row.teacher_name,
        "teacher_id": row.teacher_id,
        "days": list(row.days),
        "skipped_holidays": [name for _day, name in row.skipped],
        "in_the_way": [use.title for use in row.clashes],
        "refused": row.refusal.message if row.refusal else "",
        "fix": {"room_id": fix.room_id, "teacher_id": fix.teacher_id, "first_day": fix.first_day} if fix else None,
    }
