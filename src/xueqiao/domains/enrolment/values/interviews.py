"""What crosses the door of enrolment about interviews. Points are whole numbers, times aware."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

BOOKED, MISSED, JUDGED = "booked", "missed", "judged"
PANEL = "panel"  # instead of a public random value
JUDGES = 2
NO_INTERVIEW, INTERVIEW_MISSED, INTERVIEW_FAILED = "no_interview", "interview_missed", "interview_failed"


@dataclass(frozen=True)
class CriterionPlan:
    """One thing judges look at. words: what earns many points, for everybody to read."""

    name: str
    words: str
    points_max: int


@dataclass(frozen=True)
class CriterionView:
    id: int
    number: int
    name: str
    words: str
    points_max: int


@dataclass(frozen=True)
class SlotView:
    """A time at which a class sees applicants."""

    uuid: UUID
    run_id: int
    run_title: str
    starts_at: datetime
    minutes: int
    where: str
    capacity: int
    taken: int

    @property
    def left(self) -> int:
        return self.capacity - self.taken


@dataclass(frozen=True)
class SheetView:
    """What one judge wrote. points: by number of the criterion."""

    judge_id: int
    judge_name: str
    words: str
    points: dict[int, int]
    given_at: datetime


@dataclass(frozen=True)
class InterviewView:
    """One interview. total and sheets are empty until both judges have written, and for the applicant until the round's
    results are public. sheets_given: how many have written so far.
    """

    uuid: UUID
    entry_id: int
    entry_uuid: UUID
    entry_code: str
    person_id: int
    person_name: str
    state: str
    slot: SlotView
    sheets_given: int
    total: int | None
    sheets: tuple[SheetView, ...] = ()


@dataclass(frozen=True)
class InterviewResult:
    """What the order of a class rests on. code: the entry's number, which breaks ties."""

    entry_id: int
    code: str
    total: int
