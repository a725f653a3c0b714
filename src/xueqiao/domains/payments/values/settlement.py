"""Settlement as it crosses the door of payments. Whole fen."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PartView:
    """One delivery a bill pays for. state: waiting, owed, released, returned, moved."""

    delivery_id: int
    state: str
    moved_at: datetime | None


@dataclass(frozen=True)
class EarnedLine:
    """What one kind of payer owes an institution for delivered meetings of a stretch of time."""

    payer_kind: str
    amount_fen: int


@dataclass(frozen=True)
class LateRefund:
    """A refund that has not reached its payer yet."""

    refund_id: int
    bill_id: int
    bill_code: str
    region: int
    institution_id: int
    amount_fen: int
    asked_at: datetime
    method: str
    days_waiting: int = 0
    is_overdue: bool = False
