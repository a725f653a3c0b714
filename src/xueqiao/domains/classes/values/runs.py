"""What crosses the door of classes. Money in fen, times aware, distances in metres."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from xueqiao.foundation.clock import local
from xueqiao.foundation.regions.api import Point

WALK_METRES_PER_MINUTE = 70


@dataclass(frozen=True)
class ClassFilter:
    """What somebody looks for. Every field has the meaning "do not care" as its default, except seats.

    region: a unit whose subtree is searched. near: where walking starts; with walk_minutes_max it also filters.
    day: "", "tonight", "tomorrow", "weekend". on: a single date. part: "", "morning", "afternoon", "evening", or
    "daytime" for both of the first. sort: "" earliest first (best match first when there is a text), "near" nearest.
    """

    text: str = ""
    region: int | None = None
    near: Point | None = None
    day: str = ""
    on: date | None = None
    part: str = ""
    category: str = ""
    free: bool = False
    elders: bool = False
    lift: bool = False
    seats: bool = True
    walk_minutes_max: int | None = None
    course_id: int | None = None
    programme_id: int | None = None
    sort: str = ""


@dataclass(frozen=True)
class ClassCard:
    """One class as a card shows it. `starts_at` is the next meeting, None when all are over.

    enrolment: open, not_yet, closed, full - as shown; enrolment decides again from the seats themselves.
    """

    run_id: int
    code: str
    title: str
    course_code: str
    category: str
    institution_id: int
    institution_name: str
    venue_name: str
    room_name: str
    region: int
    starts_at: datetime | None
    ends_at: datetime | None
    sessions_total: int
    price_fen: int
    subsidy_fen: int
    seats_left: int
    capacity: int
    admission: str
    suits_elders: bool
    has_lift: bool
    enrol_opens_at: datetime
    enrol_closes_at: datetime
    enrolment: str
    point: Point
    distance_metres: int | None = None
    distance_is_rough: bool = True
    is_demo: bool = False
    is_by_list: bool = False

    @property
    def to_pay_fen(self) -> int:
        return self.price_fen - self.subsidy_fen

    @property
    def walk_minutes(self) -> int | None:
        """Minutes on foot at 70 metres a minute; None when a point is unknown or it is further than half an hour."""
        if self.distance_metres is None or self.distance_metres > 30 * WALK_METRES_PER_MINUTE:
            return None
        return max(1, round(self.distance_metres / WALK_METRES_PER_MINUTE))


@dataclass(frozen=True)
class FacetValue:
    """One choice of one filter and how many classes it would show with all other filters as they are."""

    facet: str
    value: str
    count: int
    is_on: bool


@dataclass(frozen=True)
class ClassPage:
    """One page of the find list. `nearest` are alternatives, filled only when nothing was found.

    corrected: what a typo was taken for, "" when the text stands as typed. is_loose: only some of the words were
    found. alias: "elder" when the person asks for
    the elder mode of the pages instead of a class.
    """

    cards: tuple[ClassCard, ...]
    total: int
    page: int
    page_count: int
    facets: tuple[FacetValue, ...]
    nearest: tuple[ClassCard, ...] = ()
    corrected: str = ""
    is_loose: bool = False
    alias: str = ""

    def facet(self, name: str) -> tuple[FacetValue, ...]:
        return tuple(each for each in self.facets if each.facet == name)


@dataclass(frozen=True)
class SessionView:
    """One meeting of a class run. state: planned, held, cancelled."""

    id: int
    run_id: int
    run_code: str
    title: str
    number: int
    starts_at: datetime
    ends_at: datetime
    room_id: int
    room_name: str
    venue_name: str
    teacher_id: int
    teacher_name: str
    state: str
    region: int
    institution_id: int
    end_reason: str = ""
    makes_up_for_id: int | None = None
    made_up_by_id: int | None = None
    is_given_back: bool = False

    @property
    def is_owed(self) -> bool:
        """True for a cancelled meeting that nothing makes up for and whose share has not gone back."""
        return self.state == "cancelled" and self.made_up_by_id is None and not self.is_given_back

    @property
    def minutes(self) -> int:
        return round((self.ends_at - self.starts_at).total_seconds() / 60)

    @property
    def day(self) -> date:
        return local(self.starts_at).date()


@dataclass(frozen=True)
class ClassDetail:
    """Everything a class page says. `state` as in models.ClassRun; `card` what lists show of the same class."""

    card: ClassCard
    uuid: str
    state: str
    region: int
    starts_on: date
    ends_on: date
    learners_min: int
    age_min: int | None
    age_max: int | None
    teacher_id: int
    teacher_name: str
    room_id: int
    venue_address: str
    venue_has_ramp: bool
    how_to_get_there: str
    institution_code: str
    institution_kind: str
    institution_phone: str
    course_summary: str
    course_outcomes: tuple[str, ...]
    audience: str
    has_physical_risk: bool
    copied_from_id: int | None
    end_reason: str
    submitted_by_id: int | None
    sessions: tuple[SessionView, ...] = ()

    @property
    def run_id(self) -> int:
        return self.card.run_id

    @property
    def code(self) -> str:
        return self.card.code

    @property
    def class_hours_hundredths(self) -> int:
        """Teaching time in hundredths of a 45-minute class hour."""
        return sum(each.minutes for each in self.sessions if each.state != "cancelled") * 100 // 45


@dataclass(frozen=True)
class Pattern:
    """When a class meets: local weekdays 1..7, a start time, how long, how often, skipping public holidays."""

    first_day: date
    weekdays: tuple[int, ...]
    start_hour: int
    start_minute: int
    session_minutes: int
    session_count: int
    skips_holidays: bool = True


@dataclass(frozen=True)
class VenueDot:
    """One venue of the picture of a county: where it lies and how many listed classes it has."""

    venue_id: int
    name: str
    point: Point
    class_count: int


@dataclass(frozen=True)
class Clash:
    """One meeting that is in the way. kind: room or teacher."""

    kind: str
    room_name: str
    teacher_name: str
    run_code: str
    title: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class CopyPlan:
    """What copying last term would make, for the form and its preview; nothing is written.

    skipped: public holidays left out, with their names. clashes: at most five, room before teacher.
    """

    source_code: str
    title: str
    course_code: str
    pattern: Pattern
    days: tuple[date, ...]
    skipped: tuple[tuple[date, str], ...]
    clashes: tuple[Clash, ...]
    room_id: int
    teacher_id: int
    capacity: int
    price_fen: int
    subsidy_fen: int
    cost_price_fen: int
    cost_rule: str


@dataclass(frozen=True)
class PriceQuote:
    """What a class costs a learner by rule. `hours_hundredths` are class hours of 45 minutes; sources are citable."""

    price_fen: int
    subsidy_fen: int
    hours_hundredths: int
    unit_cost_fen: int
    subsidy_percent: int
    source: str
    is_confirmed: bool


@dataclass(frozen=True)
class TeachingVolume:
    """How much one institution taught between two days: evidence that it is active."""

    institution_id: int
    sessions: int
    sessions_of_longest_run: int


@dataclass(frozen=True)
class Delivery:
    """How many meetings the learners paid for and still may claim or have had, and how many were given."""

    sold: int
    delivered: int

    @property
    def missing(self) -> int:
        return self.sold - self.delivered
