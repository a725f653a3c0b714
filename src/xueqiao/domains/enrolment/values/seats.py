"""What crosses the door of enrolment. Amounts are whole fen, times aware."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from xueqiao.foundation.reasons import Refused

HELD, CONFIRMED = "held", "confirmed"
EXPIRED, RELEASED, WITHDRAWN, REMOVED = "expired", "released", "withdrawn", "removed"
LIVE = (HELD, CONFIRMED)
NO_SHOW = "no_show"  # why a place was removed

WEB, COUNTER, PHONE, PAPER, API = "web", "counter", "phone", "paper", "api"


@dataclass(frozen=True)
class PlaceView:
    """One person's place in one class run. to_pay_fen = price_fen - subsidy_fen, as agreed at the hold."""

    id: int
    uuid: UUID
    code: str
    run_id: int
    person_id: int
    enrolled_by_id: int | None
    region: int
    state: str
    channel: str
    held_at: datetime
    hold_until: datetime | None
    hold_extended: bool
    pays_at_counter: bool
    price_fen: int
    subsidy_fen: int
    to_pay_fen: int
    confirmed_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    is_offered: bool = False

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_free(self) -> bool:
        return self.to_pay_fen == 0


@dataclass(frozen=True)
class SeatCount:
    """The seats of one class run: planned, held for a while, taken."""

    capacity: int
    held: int
    taken: int

    @property
    def left(self) -> int:
        return self.capacity - self.held - self.taken


@dataclass(frozen=True)
class RefundRule:
    """What a withdrawal gives back and why. words: the sentence people read; source: where the rule comes from.

    part, whole: the fraction by which every payer's money goes back; 0 of whole when nothing does.
    """

    refund_fen: int
    words: str
    source: str
    sessions_left: int
    sessions_all: int
    part: int = 0
    whole: int = 1


@dataclass(frozen=True)
class WithdrawalView:
    """A withdrawal done (or, as a preview, not yet). refund_fen goes back the way it came."""

    place: PlaceView
    refund_fen: int
    rule: str
    is_undo: bool


@dataclass(frozen=True)
class RosterRow:
    """One learner of a class run for its staff. code: the learner number."""

    place_uuid: UUID
    place_code: str
    person_id: int
    person_name: str
    person_code: str
    state: str
    channel: str
    hold_until: datetime | None
    to_pay_fen: int


@dataclass(frozen=True)
class CallToMake:
    """Somebody the desk should ring: the seat is kept until `hold_until`, the money has not come."""

    place_code: str
    person_name: str
    phone: str
    run_title: str
    hold_until: datetime
    to_pay_fen: int


@dataclass(frozen=True)
class Meeting:
    """One meeting of a class as the timetable rule sees it. venue_id: where; words: how people read it."""

    run_id: int
    starts_at: datetime
    ends_at: datetime
    venue_id: int
    words: str


@dataclass(frozen=True)
class RunFacts:
    """What eligibility needs to know of a class run. meetings: those not cancelled, in order of time. host: whose
    people its seats are for, by name list; "" for everybody. list_version: of that list, 0 without one."""

    id: int
    code: str
    title: str
    region: int
    institution_id: int
    state: str
    admission: str
    capacity: int
    price_fen: int
    subsidy_fen: int
    age_min: int | None
    age_max: int | None
    starts_on: date
    enrol_opens_at: datetime
    enrol_closes_at: datetime
    meetings: tuple[Meeting, ...]
    host: str = ""
    list_version: int = 0

    @property
    def to_pay_fen(self) -> int:
        return self.price_fen - self.subsidy_fen


@dataclass(frozen=True)
class OwnPlace:
    """A live place of the same person, as the rules of limits and clashes see it."""

    run_id: int
    institution_id: int
    starts_on: date
    to_pay_fen: int
    enrolled_by_id: int | None


@dataclass(frozen=True)
class Limits:
    """Parameters in force at the class's place. 0 means no limit."""

    places_per_term: int
    places_per_term_and_institution: int
    travel_minutes: int
    spending_cap_fen: int | None = None


class HoldRequest(NamedTuple):
    """One resident's wish for one seat, as a group takes it. agent_id: who asks; person_id: for whom.

    It and its answer are tuples, because a rush makes thousands in a second.
    """

    agent_id: int
    person_id: int
    run_id: int
    request_key: str
    channel: str = "web"


class HoldAnswer(NamedTuple):
    """What became of a wish: the place that is kept, or the reason why there is none; never both, never neither.

    turn: where it came in the order of single holds that would have had the same result, from 0.
    """

    place: PlaceView | None
    refusal: Refused | None
    turn: int
