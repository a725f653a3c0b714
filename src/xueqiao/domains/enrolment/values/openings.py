"""What crosses the door about waiting rooms. Times aware."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

WAITING, CALLED, USED, LAPSED, LEFT = "waiting", "called", "used", "lapsed", "left"
NO_ROOM, GATHERING, QUEUE = "none", "gathering", "queue"


@dataclass(frozen=True)
class RoomRequest:
    """Somebody at the door of a waiting room."""

    person_id: int
    run_id: int
    channel: str = "web"


@dataclass(frozen=True)
class ArrivalView:
    """One person's place in one waiting room. number: None before the opening. place_uuid: what the turn became."""

    id: int
    run_id: int
    person_id: int
    state: str
    number: int | None
    turn_until: datetime | None
    place_uuid: UUID | None = None

    @property
    def is_living(self) -> bool:
        return self.state in {WAITING, CALLED}


@dataclass(frozen=True)
class RoomView:
    """A waiting room as its pages need it. opens_at: of the class. seats_left: nobody's; seats_held: kept for somebody.

    phase: none (no room now), gathering (before the opening), queue (numbers are called).
    """

    run_id: int
    code: str
    title: str
    course_code: str
    phase: str
    opens_at: datetime
    closes_at: datetime
    is_numbered: bool
    capacity: int
    seats_left: int
    seats_held: int


@dataclass(frozen=True)
class DeskNumber:
    """A number taken at a desk for somebody without a telephone. ahead: numbers called before hers; None before the
    opening, when nobody has a number, and when it is her turn."""

    arrival_id: int
    run_id: int
    run_code: str
    run_title: str
    opens_at: datetime
    person_id: int
    person_code: str
    person_name: str
    channel: str
    state: str
    number: int | None
    ahead: int | None
    turn_until: datetime | None


class ArrivalChange(NamedTuple):
    """One row of the news that copies in memory live on. A tuple, because a rush makes thousands in a second."""

    id: int
    run_id: int
    person_id: int
    state: str
    number: int | None
    turn_until: datetime | None
