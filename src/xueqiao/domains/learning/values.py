"""What crosses the door of learning."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

PRESENT, LATE, ABSENT, EXCUSED = "present", "late", "absent", "excused"
STATES = (PRESENT, LATE, ABSENT, EXCUSED)
BY_QR, BY_LIST, BY_CARD = "qr", "list", "card"


@dataclass(frozen=True)
class SessionPlan:
    """One meeting of a class run, as learning needs it. Times aware, UTC."""

    session_id: int
    run_id: int
    run_code: str
    run_title: str
    number: int
    starts_at: datetime
    ends_at: datetime
    room_name: str
    venue_name: str
    institution_id: int
    institution_name: str
    region: int
    teacher_id: int
    teacher_name: str
    is_cancelled: bool

    @property
    def minutes(self) -> int:
        """Length of the meeting in whole minutes."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


@dataclass(frozen=True)
class RotatingCode:
    """The code to show now. `token` goes into /attend/TOKEN/; good until `valid_until` and a step longer."""

    session_id: int
    token: str
    step: int
    valid_until: datetime
    next_in_seconds: int


@dataclass(frozen=True)
class SignIn:
    """The answer to a scan. `is_repeat` is True when the person had signed in before, at `signed_in_at`."""

    session: SessionPlan
    person_id: int
    person_name: str
    state: str
    signed_in_at: datetime
    is_repeat: bool


@dataclass(frozen=True)
class RollLine:
    """One learner on the roll. `state` is "" while nothing is recorded."""

    person_id: int
    code: str
    name: str
    age: int
    state: str = ""
    minutes: int = 0
    method: str = ""
    recorded_at: datetime | None = None
    change_reason: str = ""
    previous_state: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True)
class Roll:
    """The roll of one session. Before `signed_at` everyone counts as present by default on the teacher's screen."""

    session: SessionPlan
    lines: tuple[RollLine, ...]
    signed_at: datetime | None
    signed_by_name: str
    needs_reason: bool  # the edit window is over: every change says why

    @property
    def present_count(self) -> int:
        return sum(line.state in (PRESENT, LATE) for line in self.lines)

    @property
    def absent_count(self) -> int:
        return sum(line.state in (ABSENT, EXCUSED) for line in self.lines)


@dataclass(frozen=True)
class AttendanceLine:
    """One session of one learner, for herself, her family and staff. `state` is "" while nothing is recorded."""

    session_id: int
    run_id: int
    number: int
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool
    state: str
    minutes: int
    method: str
    recorded_at: datetime | None
    previous_state: str
    change_reason: str
    changed_at: datetime | None


@dataclass(frozen=True)
class CompletionRule:
    """The numbers a completion was judged by, each with its source."""

    share_numerator: int
    share_denominator: int
    late_minutes_lost: int
    sources: dict[str, str] = field(default_factory=dict)
    confirmed: bool = False


@dataclass(frozen=True)
class CompletionView:
    """A class run completed by rule. Minutes are minutes present, counted by the rule."""

    id: int
    run_id: int
    run_code: str
    run_title: str
    course_id: int
    course_code: str
    institution_id: int
    institution_name: str
    region: int
    person_id: int
    person_name: str
    completed_at: datetime
    sessions_attended: int
    sessions_held: int
    minutes_attended: int
    starts_on: date
    ends_on: date
    rule: dict[str, object]


@dataclass(frozen=True)
class CompletionVerdict:
    """What judging a class run gave: who completed now, and why others did not."""

    run_id: int
    is_over: bool
    sessions_held: int
    completed_now: tuple[int, ...]  # person ids
    completed_before: tuple[int, ...]
    not_completed: tuple[int, ...]


@dataclass(frozen=True)
class ParticipantCount:
    """Distinct persons with at least one valid participation in one unit. level 1 province .. 5 village."""

    level: int
    region: int
    persons: int


@dataclass(frozen=True)
class ParticipationHome:
    """One person who took part in a year from one home, with the first signature that makes her count there."""

    person_id: int
    region: int  # where she lived on the day
    attendance_id: int
    first_on: date


@dataclass(frozen=True)
class ParticipationEvent:
    """One valid participation: the end of every drill-down. `name` is masked unless the reader may see it."""

    attendance_id: int
    person_id: int
    person_code: str
    name: str
    birth_year: int
    home_region: int
    class_region: int
    run_code: str
    run_title: str
    institution_name: str
    session_number: int
    attended_on: date
    minutes: int
    method: str
    recorded_at: datetime
    recorded_by_name: str


@dataclass(frozen=True)
class ParticipationPage:
    """A page of participations and how many there are in all (events, and distinct persons)."""

    events: tuple[ParticipationEvent, ...]
    total: int
    persons: int
    page: int
    page_count: int
    names_shown: bool


WARNED, DUE, EXCUSED_CASE, ENDED, RELEASED = "warned", "due", "excused", "ended", "released"
LIVE_CASE = (WARNED, DUE)


@dataclass(frozen=True)
class AbsenceView:
    """Somebody who stays away without a word, for herself, her family and the desk. release_at: from when her seat may
    go to who waits, None while she is only warned. may_excuse: she or her family may still say why by themselves.
    """

    uuid: UUID
    place_id: int
    run_id: int
    run_code: str
    run_title: str
    person_id: int
    person_name: str
    phone: str
    region: int
    state: str
    absences: int
    opened_at: datetime
    release_at: datetime | None
    excuse: str
    may_excuse: bool

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_CASE
