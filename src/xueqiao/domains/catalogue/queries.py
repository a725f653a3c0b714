"""Reads of the catalogue. Everything here is public: no account is needed to learn."""

from __future__ import annotations

from django.contrib.postgres.search import SearchRank
from django.db.models import F

from xueqiao.domains.catalogue.errors import UnknownCourse, UnknownUnit
from xueqiao.domains.catalogue.models import Course, LearningUnit, SearchDocument
from xueqiao.domains.catalogue.search.queries import as_query, parse_search, with_typo_corrected
from xueqiao.domains.catalogue.values import CourseHit, CourseView, UnitView

COURSES_MAX = 500  # one page of the whole list; the brief's library has 3,900 courses, listed by category
HITS_MAX = 50


def course_view(row: Course) -> CourseView:
    return CourseView(
        id=row.id,
        uuid=str(row.uuid),
        code=row.code,
        title=row.title,
        category=row.category,
        audience=row.audience,
        summary=row.summary,
        outcomes=tuple(str(each) for each in row.outcomes),
        session_count=row.session_count,
        session_minutes=row.session_minutes,
        has_physical_risk=row.has_physical_risk,
        licence=row.licence,
        is_published=row.is_published,
        is_demo=row.is_demo,
    )


def get_course(code: str) -> CourseView:
    """The published course of this code. Raises UnknownCourse."""
    row = Course.objects.filter(code=code[:16].replace("\x00", ""), is_published=True).first()
    if row is None:
        raise UnknownCourse(code=code[:16])
    return course_view(row)


def courses_by_category(category: str = "", page: int = 1, page_size: int = 100) -> list[CourseView]:
    """Published courses by category and code; at most COURSES_MAX a page."""
    size = max(1, min(page_size, COURSES_MAX))
    rows = Course.objects.filter(is_published=True).order_by("category", "code")
    if category:
        rows = rows.filter(category=category)
    first = (max(1, page) - 1) * size
    return [course_view(row) for row in rows[first : first + size]]


def units_of(course_code: str) -> list[UnitView]:
    """The units of a course in order, without their texts; at most 500."""
    rows = LearningUnit.objects.filter(course__code=course_code[:16], course__is_published=True).defer("text")
    return [_unit_view(row, course_code, "") for row in rows.order_by("number")[:500]]


def get_unit(course_code: str, number: int) -> UnitView:
    """One unit with its text. Raises UnknownUnit."""
    row = LearningUnit.objects.filter(
        course__code=course_code[:16], course__is_published=True, number=min(number, 32_767)
    ).first()
    if row is None:
        raise UnknownUnit(number=number)
    return _unit_view(row, course_code, row.text)


def find_courses(text: str, limit: int = 20) -> list[CourseHit]:
    """Courses that a search text finds, best first: exactly, else with one typo corrected, else loosely."""
    terms = parse_search(text)
    if terms is None:
        return []
    for corrects in (False, True):
        if corrects:
            terms = with_typo_corrected(terms)
        for attempt in terms.attempts[1:] if corrects else terms.attempts[:1]:
            query = as_query(attempt)
            found = dict(
                SearchDocument.objects.filter(kind="course", tokens=query)
                .annotate(rank=SearchRank(F("tokens"), query))
                .order_by("-rank", "object_id")
                .values_list("object_id", "rank")[: min(limit, HITS_MAX)]
            )
            rows = Course.objects.filter(id__in=found, is_published=True) if found else []
            hits = [CourseHit(course_view(row), found[row.id]) for row in rows]
            if hits:
                return sorted(hits, key=lambda hit: (-hit.rank, hit.course.code))
    return []


def _unit_view(row: LearningUnit, course_code: str, text: str) -> UnitView:
    return UnitView(
        id=row.id,
        course_code=course_code,
        number=row.number,
        title=row.title,
        kind=row.kind,
        duration_seconds=row.duration_seconds,
        media_path=row.media_path,
        captions_path=row.captions_path,
        text=text,
        licence=row.licence,
        source=row.source,
    )
