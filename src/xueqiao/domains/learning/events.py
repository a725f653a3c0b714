"""Past-tense facts of learning."""

from dataclasses import dataclass
from datetime import date, datetime

from xueqiao.foundation.outbox.api import Event


@dataclass(frozen=True)
class AttendanceRecorded(Event):
    """A person's presence or absence at a session was put on record (by roll, code or card)."""

    attendance_id: int
    session_id: int
    run_id: int
    person_id: int
    region: int
    person_region: int
    state: str
    minutes: int
    attended_on: date


@dataclass(frozen=True)
class AttendanceCorrected(Event):
    """A recorded state was changed; `reason` is empty inside the edit window."""

    attendance_id: int
    session_id: int
    run_id: int
    person_id: int
    state_before: str
    state_after: str
    minutes: int
    reason: str
    attended_on: date


@dataclass(frozen=True)
class RollSigned(Event):
    """The teacher signed the roll of a session."""

    session_id: int
    run_id: int
    present_count: int
    absent_count: int


@dataclass(frozen=True)
class CompletionJudged(Event):
    """The rule found that a person completed a class run."""

    completion_id: int
    run_id: int
    person_id: int
    region: int
    minutes_attended: int
    completed_at: datetime


@dataclass(frozen=True)
class AbsenceExcused(Event):
    """Somebody said why a learner stayed away: the row of absences ends there."""

    case_id: int
    place_id: int
    person_id: int
    run_id: int
    region: int
