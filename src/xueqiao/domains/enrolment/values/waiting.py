"""What crosses the door about waiting lists and offers. Times are aware."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

WAITING, OFFERED, ACCEPTED, LEFT, ENROLLED, CLOSED = "waiting", "offered", "accepted", "left", "enrolled", "closed"
IN_LINE = (WAITING, OFFERED)
OPEN, DECLINED, CANCELLED = "open", "declined", "cancelled"
BY_WAITING, BY_DRAW = "waiting", "drawn"


@dataclass(frozen=True)
class OfferWindow:
    """When an offer is told and until when the seat is kept. short_words: why shorter than usual, "" if it is not."""

    tell_at: datetime
    until: datetime
    short_words: str = ""


@dataclass(frozen=True)
class Obstacle:
    """Why somebody cannot have a seat now. code: stable word; words: for the person herself, with particulars."""

    code: str
    words: str


@dataclass(frozen=True)
class OfferView:
    """A seat offered to one person. until: the end of the hold as it is now; None once the seat is gone."""

    uuid: UUID
    place_uuid: UUID
    run_id: int
    person_id: int
    region: int
    source: str
    rule: str
    state: str
    made_at: datetime
    tell_at: datetime
    until: datetime
    short_words: str
    to_pay_fen: int
    passes_left: int

    def is_open(self, now: datetime) -> bool:
        return self.state == OPEN and now < self.until


@dataclass(frozen=True)
class WaitingView:
    """An entry in a line as its own people see it. position counts entries before it, from 1; 0 when not waiting."""

    uuid: UUID
    run_id: int
    region: int
    state: str
    source: str
    person_ids: tuple[int, ...]
    joined_at: datetime
    position: int
    line_length: int
    skip_words: str
    skipped_at: datetime | None
    end_reason: str

    @property
    def is_live(self) -> bool:
        return self.state in IN_LINE


@dataclass(frozen=True)
class LineEnd:
    """The end of a class's line as somebody finds it who would join. position: hers if she joined now, from 1."""

    position: int
    is_open: bool


@dataclass(frozen=True)
class LineRow:
    """One entry of a line for staff: who, where from, why the last free seat went past. moves: changes of its order."""

    entry_id: int
    entry_uuid: UUID
    position: int
    names: tuple[str, ...]
    phones: tuple[str, ...]
    state: str
    source: str
    channel: str
    joined_at: datetime
    passes_used: int
    skip_code: str
    skipped_at: datetime | None
    offer_until: datetime | None


@dataclass(frozen=True)
class MoveView:
    """A change of a line's order: asked by one, done or refused by another."""

    uuid: UUID
    run_id: int
    names: tuple[str, ...]
    position_before: int
    position: int
    reason: str
    state: str
    asked_by_id: int
    asked_by_name: str
    asked_at: datetime
    decided_by_name: str


@dataclass(frozen=True)
class OfferRow:
    """An offer made in a class, for staff: to whom, why her, and whom it went past for which reasons."""

    person_name: str
    rule: str
    state: str
    made_at: datetime
    until: datetime
    passed_over: tuple[tuple[str, str], ...]  # (name, code of the reason)


@dataclass(frozen=True)
class OfferToCall:
    """Somebody the desk should ring about an open offer. last_outcome: of the last call, "" if nobody rang yet."""

    offer_uuid: UUID
    person_name: str
    phone: str
    run_code: str
    run_title: str
    until: datetime
    to_pay_fen: int
    last_outcome: str
    last_called_at: datetime | None


@dataclass(frozen=True)
class FreeingHistory:
    """How many seats came free after a class had filled, in earlier classes of the same course here."""

    runs: int
    freed: int
