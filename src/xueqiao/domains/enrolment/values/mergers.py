"""What crosses the door around classes with too few learners. Amounts are whole fen."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

MERGE_KEY = "merge:"  # request keys of seats kept in the other class begin so
ASKED, AGREED, DECLINED, LAPSED = "asked", "agreed", "declined", "lapsed"


@dataclass(frozen=True)
class SmallClass:
    """A class that has too few learners shortly before its start. needed: learners it takes to open."""

    run_id: int
    code: str
    title: str
    starts_on: date
    taken: int
    capacity: int
    needed: int
    days_left: int


@dataclass(frozen=True)
class MergeTarget:
    """A class of the same course that a small one may be merged into, as the clerk compares them."""

    code: str
    title: str
    next_starts_at: datetime | None
    room_name: str
    venue_name: str
    to_pay_fen: int
    left: int


@dataclass(frozen=True)
class MergeProgress:
    """How far the asking of a running merger is."""

    code: str
    title: str
    target_code: str
    target_title: str
    ask_until: datetime
    asked: int
    agreed: int
    declined: int


@dataclass(frozen=True)
class MergeAskView:
    """What a learner is asked. paid_fen: what she paid; back_fen: what goes back if she agrees (never more to pay)."""

    uuid: UUID
    place_uuid: UUID
    person_id: int
    run_id: int
    target_run_id: int
    state: str
    ask_until: datetime
    paid_fen: int
    back_fen: int
