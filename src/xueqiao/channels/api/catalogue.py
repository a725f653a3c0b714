"""Courses and their free units. Public: no token is needed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from ninja import Field, Query, Router, Schema

from xueqiao.channels.api.callers import PUBLIC
from xueqiao.channels.api.problems import Problem
from xueqiao.domains.catalogue import api as catalogue

router = Router(tags=["catalogue 课程"])
PUBLIC_SECONDS = 60


class CourseOut(Schema):
    code: str
    title: str
    category: str
    audience: str = Field(description="all, youth_worker or farmer")
    summary: str
    outcomes: list[str]
    session_count: int
    session_minutes: int
    has_physical_risk: bool
    is_demo: bool = Field(description="True for made-up data")


class UnitOut(Schema):
    number: int
    title: str
    kind: str = Field(description="video or text")
    duration_seconds: int
    licence: str
    source: str
    url: str


class CourseWithUnitsOut(CourseOut):
    units: list[UnitOut]


class CoursesOut(Schema):
    items: list[CourseOut]
    page: int
    page_size: int


@router.get(
    "/catalogue/courses",
    auth=PUBLIC,
    response={200: CoursesOut, 422: Problem},
    summary="Courses by category, or found by a text",
)
def list_courses(
    request: HttpRequest,
    response: HttpResponse,
    q: str = Query("", max_length=200),
    category: str = Query("", max_length=20),
    page: int = Query(1, ge=1, le=1000),
    page_size: int = Query(50, ge=1, le=200),
) -> Any:
    """With `q` the best 50 (hanzi, pinyin, initials, traditional script, one typo); else by category and code."""
    if q:
        found = [hit.course for hit in catalogue.find_courses(q, limit=50)]
        rows = [each for each in found if not category or each.category == category]
        rows = rows[(page - 1) * page_size : page * page_size]
    else:
        rows = catalogue.courses_by_category(category, page=page, page_size=page_size)
    keep_a_minute(response)
    return {"items": [course_out(each) for each in rows], "page": page, "page_size": page_size}


@router.get(
    "/catalogue/courses/{code}",
    auth=PUBLIC,
    response={200: CourseWithUnitsOut, 404: Problem},
    summary="One course with its units",
)
def get_course(request: HttpRequest, response: HttpResponse, code: str) -> Any:
    course = catalogue.get_course(code)
    units = [
        {
            "number": unit.number,
            "title": unit.title,
            "kind": unit.kind,
            "duration_seconds": unit.duration_seconds,
            "licence": unit.licence,
            "source": unit.source,
            "url": request.build_absolute_uri(f"/courses/{course.code}/units/{unit.number}/"),
        }
        for unit in catalogue.units_of(course.code)
    ]
    keep_a_minute(response)
    return course_out(course) | {"units": units}


def course_out(course: catalogue.CourseView) -> dict[str, Any]:
    return {
        "code": course.code,
        "title": course.title,
        "category": course.category,
        "audience": course.audience,
        "summary": course.summary,
        "outcomes": list(course.outcomes),
        "session_count": course.session_count,
        "session_minutes": course.session_minutes,
        "has_physical_risk": course.has_physical_risk,
        "is_demo": course.is_demo,
    }


def keep_a_minute(response: HttpResponse) -> None:
    """Anybody may keep a public answer for a minute: seats shown are for looking, never for deciding."""
    patch_cache_control(response, public=True, max_age=PUBLIC_SECONDS)
