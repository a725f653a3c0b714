"""What crosses the catalogue's door."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop

CATEGORIES = (
    gettext_noop("文化传承"),
    gettext_noop("艺术普及"),
    gettext_noop("体育健身"),
    gettext_noop("生活技能"),
    gettext_noop("职场提升"),
    gettext_noop("三农与乡村振兴"),
)

AUDIENCES = {"all": "所有居民", "youth_worker": "上班的年轻人", "farmer": "农民朋友"}


@dataclass(frozen=True)
class CourseView:
    """A course as pages and other domains see it. `session_minutes` is the length of one meeting."""

    id: int
    uuid: str
    code: str
    title: str
    category: str
    audience: str
    summary: str
    outcomes: tuple[str, ...]
    session_count: int
    session_minutes: int
    has_physical_risk: bool
    licence: str
    is_published: bool
    is_demo: bool

    @property
    def audience_words(self) -> str:
        return AUDIENCES.get(self.audience, self.audience)


@dataclass(frozen=True)
class UnitView:
    """A learning unit; `text` is empty unless the unit was asked for by number. Paths are below /static/."""

    id: int
    course_code: str
    number: int
    title: str
    kind: str
    duration_seconds: int
    media_path: str
    captions_path: str
    text: str
    licence: str
    source: str


@dataclass(frozen=True)
class CourseHit:
    """One course found by a search, best first; rank only orders hits of the same search."""

    course: CourseView
    rank: float
