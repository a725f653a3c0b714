from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from xueqiao.domains.catalogue.actions.index_courses import index_courses
from xueqiao.domains.catalogue.errors import BadCourse
from xueqiao.domains.catalogue.models import Course
from xueqiao.domains.catalogue.queries import course_view
from xueqiao.domains.catalogue.values import AUDIENCES, CATEGORIES, CourseView
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.reasons import NotAllowed


def publish_course(
    *,
    actor: Actor,
    code: str,
    title: str,
    category: str,
    audience: str = "all",
    summary: str = "",
    outcomes: Sequence[str] = (),
    session_count: int,
    session_minutes: int,
    has_physical_risk: bool = False,
    licence: str = "",
    is_demo: bool = False,
    now: datetime,
) -> CourseView:
    """Put a course into the catalogue, or change the one with this code, and make it findable at once.

    Centre clerks and officers may. Raises NotAllowed, and BadCourse for a field that cannot be shown.
    """
    if not actor.has_role("centre_clerk", "county_officer", "city_officer", "province_officer") and (
        actor.kind != "system"
    ):
        raise NotAllowed
    _require_showable(code, title, category, audience, summary, outcomes, session_count, session_minutes)
    with transaction.atomic():
        row, _ = Course.objects.update_or_create(
            code=code,
            defaults={
                "title": title.strip(),
                "category": category,
                "audience": audience,
                "summary": summary.strip(),
                "outcomes": [each.strip() for each in outcomes],
                "session_count": session_count,
                "session_minutes": session_minutes,
                "has_physical_risk": has_physical_risk,
                "licence": licence,
                "is_published": True,
                "is_demo": is_demo,
            },
        )
        index_courses(codes=[code])
        record_deed(
            actor=actor,
            verb="publish_course",
            object_kind="course",
            object_id=row.id,
            now=now,
            detail={"code": code, "title": row.title},
        )
        row.refresh_from_db()
        return course_view(row)


def _require_showable(
    code: str,
    title: str,
    category: str,
    audience: str,
    summary: str,
    outcomes: Sequence[str],
    session_count: int,
    session_minutes: int,
) -> None:
    if not (code.isascii() and code.isalnum() and len(code) <= 16):
        raise BadCourse(what="编号只能用字母和数字，最多 16 位")
    if not 1 <= len(title.strip()) <= 80 or not title.isprintable():
        raise BadCourse(what="名称要有 1 到 80 个字")
    if category not in CATEGORIES:
        raise BadCourse(what="类别请从六类里选")
    if audience not in AUDIENCES:
        raise BadCourse(what="适合的人请从列表里选")
    if len(summary) > 300 or "\x00" in summary:
        raise BadCourse(what="简介最多 300 个字")
    if len(outcomes) > 12 or any(not 1 <= len(each.strip()) <= 80 or "\x00" in each for each in outcomes):
        raise BadCourse(what="学完能做的事最多 12 条，每条 1 到 80 个字")
    if not 1 <= session_count <= 200 or not 10 <= session_minutes <= 480:
        raise BadCourse(what="次数要在 1 到 200 之间，每次 10 到 480 分钟")
