"""What crosses the door about programmes. Money in fen, times aware, dates local."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

DAYTIME, EVENING, WEEKEND = "daytime", "evening", "weekend"
PARTS_OF_WEEK = (DAYTIME, EVENING, WEEKEND)  # weekdays before 17:00, weekdays from then on, Saturday and Sunday
BY_SITE, BY_COURSE = "site", "course"


@dataclass(frozen=True)
class ProgrammeView:
    """A programme. region: the unit it serves, its main school's; source: the document that set it up, or ""."""

    id: int
    code: str
    name: str
    institution_id: int
    institution_name: str
    region: int
    summary: str
    source: str
    opened_on: date
    closed_on: date | None
    is_demo: bool


@dataclass(frozen=True)
class SiteView:
    """A school that gives classes of a programme. called: the name it carries there, or its own."""

    id: int
    institution_id: int
    institution_code: str
    institution_name: str
    called: str
    is_main: bool
    joined_on: date
    classes_open: int = 0

    @property
    def name(self) -> str:
        return self.called or self.institution_name


@dataclass(frozen=True)
class MatrixLine:
    """One listed class as the matrix knows it. weekday 1 Monday .. 7 Sunday and part: of its next meeting."""

    run_id: int
    code: str
    title: str
    course_code: str
    course_title: str
    category: str
    site_id: int
    site_name: str
    venue_name: str
    starts_at: datetime
    weekday: int
    part: str
    seats_left: int
    capacity: int
    to_pay_fen: int
    admission: str
    enrolment: str
    is_by_list: bool = False

    @property
    def part_of_week(self) -> str:
        if self.weekday >= 6:
            return WEEKEND
        return EVENING if self.part == "evening" else DAYTIME


@dataclass(frozen=True)
class MatrixRow:
    """One row of the matrix: a site or a course, and its classes by part of the week, earliest first."""

    key: str
    label: str
    is_main: bool
    cells: dict[str, tuple[MatrixLine, ...]]
    seats_left: int

    @property
    def count(self) -> int:
        return sum(len(lines) for lines in self.cells.values())


@dataclass(frozen=True)
class ProgrammeFigures:
    """What a programme is, counted: sites now, classes listed now, classes ever, meetings held. as_of: when counted."""

    sites: int
    classes_listed: int
    classes_all: int
    seats_left: int
    as_of: datetime
