"""What crosses the door about rooms lent to clubs. Times aware."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

ASKED, CONFIRMED, REFUSED, CANCELLED = "asked", "confirmed", "refused", "cancelled"
KEEPING = (ASKED, CONFIRMED)
BOOKING_WORDS = {ASKED: "等中心答复", CONFIRMED: "已借到", REFUSED: "没借成", CANCELLED: "已取消"}


@dataclass(frozen=True)
class BookingView:
    """One booking as its club and the centre's staff see it. person_name: who answers for the room."""

    uuid: UUID
    institution_id: int
    institution_name: str
    room_id: int
    room_name: str
    venue_name: str
    region: int
    person_id: int
    person_name: str
    club: str
    purpose: str
    people: int
    starts_at: datetime
    ends_at: datetime
    state: str
    reason: str


@dataclass(frozen=True)
class RoomHours:
    """One room on one day: for each whole hour that rooms are lent, the start and whether it is free."""

    room_id: int
    room_name: str
    venue_name: str
    seats: int
    hours: tuple[tuple[datetime, bool], ...]

    @property
    def free_hours(self) -> list[datetime]:
        return [start for start, is_free in self.hours if is_free]


@dataclass(frozen=True)
class LendingRules:
    """The parameters in force at a centre. lends: False when this centre lends no rooms."""

    lends: bool
    opens_hour: int
    closes_hour: int
    hours_max: int
    days_ahead_max: int
    live_max: int


@dataclass(frozen=True)
class LendingDay:
    """A centre's rooms on one day."""

    institution_id: int
    institution_code: str
    institution_name: str
    day: date
    rules: LendingRules
    rooms: tuple[RoomHours, ...]
