"""What crosses the door about reconciliation. Amounts are whole fen."""

from dataclasses import dataclass
from datetime import date, datetime

MISSING_HERE, MISSING_THERE = "missing_here", "missing_there"
AMOUNT, STATE, REFERENCE, DOUBLE = "amount", "state", "reference", "double"


@dataclass(frozen=True)
class TheirLine:
    """A line of the gateway's list. kind: payment or refund; key: our number of it."""

    kind: str
    key: str
    order_code: str
    reference: str
    amount_fen: int
    state: str


@dataclass(frozen=True)
class OurLine:
    """The same as our books have it. is_counted: it moved money here. is_of_day: that was on the day of the list."""

    kind: str
    key: str
    order_code: str
    reference: str
    amount_fen: int
    state: str
    is_counted: bool
    is_of_day: bool
    region: int


@dataclass(frozen=True)
class FoundDifference:
    """One disagreement. ours_fen, theirs_fen: None where one side knows nothing of it."""

    kind: str
    line_kind: str
    key: str
    order_code: str
    reference: str
    ours_fen: int | None
    theirs_fen: int | None
    ours_state: str
    theirs_state: str
    region: int


@dataclass(frozen=True)
class StatementView:
    """A taken list. state: open, settled."""

    id: int
    gateway: str
    day: date
    line_count: int
    paid_fen: int
    refunded_fen: int
    fee_fen: int
    open_differences: int
    state: str


@dataclass(frozen=True)
class DifferenceView:
    """A difference as the finance desk shows it. owner: a name, "" while nobody has taken it."""

    id: int
    gateway: str
    day: date
    kind: str
    line_kind: str
    order_code: str
    reference: str
    ours_fen: int | None
    theirs_fen: int | None
    ours_state: str
    theirs_state: str
    found_at: datetime
    owner_id: int | None
    owner: str
    resolution: str
    resolved_at: datetime | None


@dataclass(frozen=True)
class MoneyOfDay:
    """What came in and went out one way on one day."""

    gateway: str
    paid_fen: int
    paid_count: int
    refunded_fen: int
    refunded_count: int
