"""What crosses the door about cash boxes. Amounts are whole fen."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True)
class CashMovementView:
    """Cash taken (above zero) or handed back (below), and for which bill."""

    at: datetime
    amount_fen: int
    bill_code: str
    subject: str


@dataclass(frozen=True)
class CashDayView:
    """One box on one day. state: open, counted, closed. expected_fen: what should be in it now."""

    uuid: UUID
    clerk_id: int
    clerk: str
    region: int
    day: date
    opening_fen: int
    taken_fen: int
    handed_fen: int
    expected_fen: int
    counted_fen: int | None
    difference_reason: str
    state: str
    counted_at: datetime | None
    confirmed_by: str
    closed_at: datetime | None
    movements: tuple[CashMovementView, ...]

    @property
    def difference_fen(self) -> int:
        """What is too much (above zero) or missing (below), once it was counted."""
        return 0 if self.counted_fen is None else self.counted_fen - self.expected_fen
