"""Classes: the same filters, facets and order as the find page. Public: no token is needed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from xueqiao.channels.api.callers import PUBLIC
from xueqiao.channels.api.catalogue import keep_a_minute
from xueqiao.channels.api.problems import Problem
from xueqiao.domains.classes import api as classes
from xueqiao.foundation import clock
from xueqiao.foundation.region_code import RegionCode
from xueqiao.foundation.regions.api import Point

router = Router(tags=["classes 班"])


class ClassQuery(Schema):
    q: str = Field("", max_length=200, description="Hanzi, pinyin, initials, traditional script, one typo")
    region: str = Field(
        "",
        pattern=r"^([1-9]\d(\d{2}(\d{2}(\d{3}(\d{3})?)?)?)?)?$",
        description="2, 4, 6, 9 or 12 digits: the unit's whole subtree",
    )
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    walk_minutes_max: int | None = Field(None, ge=1, le=120, description="Needs lon and lat")
    day: Literal["", "tonight", "tomorrow", "weekend"] = ""
    on: date | None = None
    part: Literal["", "morning", "afternoon", "evening", "daytime"] = ""
    category: str = Field("", max_length=20)
    free: bool = False
    elders: bool = False
    lift: bool = False
    seats: bool = Field(True, description="Only classes with seats whose enrolment is not over")
    programme: str = Field("", max_length=16, description="Code of a programme: only its classes")
    sort: Literal["", "near"] = ""
    page: int = Field(1, ge=1, le=100)
    page_size: int = Field(20, ge=1, le=50)


class ClassOut(Schema):
    code: str
    title: str
    course_code: str
    category: str
    institution: str
    venue: str
    room: str
    region: int
    lon: float
    lat: float
    point_is_synthetic: bool
    next_starts_at: datetime | None
    next_ends_at: datetime | None
    sessions_total: int
    price_fen: int
    subsidy_fen: int
    to_pay_fen: int
    seats_left_shown: int = Field(
        description="Seats anybody may take; for looking only: enrolment counts again. 0 when by_list"
    )
    capacity: int
    admission: str
    by_list: bool = Field(description="Its seats are for the people on a list, who are told")
    enrolment: str = Field(description="open, not_yet, closed or full")
    enrol_opens_at: datetime
    enrol_closes_at: datetime
    suits_elders: bool
    has_lift: bool
    distance_metres: int | None
    is_demo: bool


class FacetOut(Schema):
    facet: str
    value: str
    count: int = Field(description="Classes with this value and all other filters as they are")
    is_on: bool


class ClassesOut(Schema):
    items: list[ClassOut]
    total: int
    page: int
    page_count: int
    facets: list[FacetOut]
    nearest: list[ClassOut] = Field(description="Alternatives, only when nothing was found")
    corrected: str = Field(description="What a typo was taken for, empty when the text stands as typed")


class SessionOut(Schema):
    number: int
    starts_at: datetime
    ends_at: datetime
    room: str
    state: str


class ClassDetailOut(ClassOut):
    uuid: str
    state: str
    starts_on: date
    ends_on: date
    teacher: str
    assistants: list[str]
    address: str
    how_to_get_there: str
    has_ramp: bool
    age_min: int | None
    age_max: int | None
    summary: str
    outcomes: list[str]
    sessions: list[SessionOut]


@router.get("/classes", auth=PUBLIC, response={200: ClassesOut, 404: Problem, 422: Problem}, summary="Find classes")
def find_classes(request: HttpRequest, response: HttpResponse, asked: Query[ClassQuery]) -> Any:
    near = Point(asked.lon, asked.lat, False) if asked.lon is not None and asked.lat is not None else None
    programme = classes.get_programme(asked.programme) if asked.programme else None
    found = classes.find_classes(
        classes.ClassFilter(
            text=asked.q.replace("\x00", ""),
            region=int(RegionCode.parse(asked.region)) if asked.region else None,
            near=near,
            day=asked.day,
            on=asked.on,
            part=asked.part,
            category=asked.category.replace("\x00", ""),
            free=asked.free,
            elders=asked.elders,
            lift=asked.lift,
            seats=asked.seats,
            programme_id=programme.id if programme else None,
            walk_minutes_max=asked.walk_minutes_max if near else None,
            sort=asked.sort if near else "",
        ),
        now=clock.now(),
        page=asked.page,
        page_size=asked.page_size,
    )
    keep_a_minute(response)
    return {
        "items": [class_out(card) for card in found.cards],
        "total": found.total,
        "page": found.page,
        "page_count": found.page_count,
        "facets": [
            {"facet": each.facet, "value": each.value, "count": each.count, "is_on": each.is_on}
            for each in found.facets
        ],
        "nearest": [class_out(card) for card in found.nearest],
        "corrected": found.corrected,
    }


@router.get(
    "/classes/{code}", auth=PUBLIC, response={200: ClassDetailOut, 404: Problem}, summary="One class, with its meetings"
)
def get_class(request: HttpRequest, response: HttpResponse, code: str) -> Any:
    shown = classes.get_class(code, now=clock.now())
    if shown.state in ("draft", "awaiting"):
        raise classes.UnknownClass(code=code[:20])
    keep_a_minute(response)
    return class_out(shown.card) | {
        "uuid": shown.uuid,
        "state": shown.state,
        "starts_on": shown.starts_on,
        "ends_on": shown.ends_on,
        "teacher": shown.teacher_name,
        "assistants": [each.name for each, _count in classes.assistants_of_run(shown.run_id)],
        "address": shown.venue_address,
        "how_to_get_there": shown.how_to_get_there,
        "has_ramp": shown.venue_has_ramp,
        "age_min": shown.age_min,
        "age_max": shown.age_max,
        "summary": shown.course_summary,
        "outcomes": list(shown.course_outcomes),
        "sessions": [
            {
                "number": each.number,
                "starts_at": each.starts_at,
                "ends_at": each.ends_at,
                "room": each.room_name,
                "state": each.state,
            }
            for each in shown.sessions
        ],
    }


def class_out(card: classes.ClassCard) -> dict[str, Any]:
    return {
        "code": card.code,
        "title": card.title,
        "course_code": card.course_code,
        "category": card.category,
        "institution": card.institution_name,
        "venue": card.venue_name,
        "room": card.room_name,
        "region": card.region,
        "lon": card.point.lon,
        "lat": card.point.lat,
        "point_is_synthetic": card.point.is_synthetic,
        "next_starts_at": card.starts_at,
        "next_ends_at": card.ends_at,
        "sessions_total": card.sessions_total,
        "price_fen": card.price_fen,
        "subsidy_fen": card.subsidy_fen,
        "to_pay_fen": card.to_pay_fen,
        "seats_left_shown": 0 if card.is_by_list else card.seats_left,
        "capacity": card.capacity,
        "admission": card.admission,
        "by_list": card.is_by_list,
        "enrolment": card.enrolment,
        "enrol_opens_at": card.enrol_opens_at,
        "enrol_closes_at": card.enrol_closes_at,
        "suits_elders": card.suits_elders,
        "has_lift": card.has_lift,
        "distance_metres": card.distance_metres,
        "is_demo": card.is_demo,
    }
