"""Enterprises and their orders as they cross the door of demand. Whole fen."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from xueqiao.foundation.reasons import Refused

ORDER_STATES = ("asked", "quoted", "accepted", "running", "done", "withdrawn", "refused")
LINE_KINDS = ("exact", "partial", "surplus", "unknown")


@dataclass(frozen=True)
class EnterpriseView:
    """An enterprise. state: applied, verified, refused. members: names of who acts for it, for its own and the desk."""

    uuid: UUID
    name: str
    credit_code: str
    region: int
    state: str
    applied_at: datetime
    reason: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class QuoteView:
    """A price that binds until its last day. source: the rules behind it. is_open: may be accepted today."""

    uuid: UUID
    learners: int
    per_learner_fen: int
    amount_fen: int
    valid_until: date
    source: str
    is_open: bool


@dataclass(frozen=True)
class InvoiceView:
    """An invoice that was asked for. number: empty until it is issued."""

    title: str
    tax_number: str
    kind: str
    amount_fen: int
    state: str
    number: str
    asked_at: datetime
    issued_on: date | None


@dataclass(frozen=True)
class RefundView:
    """Money on its way back to an enterprise. state: asked, sent, dropped."""

    uuid: UUID
    order_code: str
    enterprise_name: str
    amount_fen: int
    reason: str
    state: str
    asked_by_id: int
    asked_at: datetime
    bank_reference: str


@dataclass(frozen=True)
class OrderView:
    """An order with what became of it. due_fen: its bill, 0 before a quote was accepted. held_fen: not yet earned."""

    uuid: UUID
    code: str
    enterprise_uuid: UUID
    enterprise_name: str
    region: int
    institution_id: int
    institution_name: str
    course_code: str
    course_title: str
    learners: int
    wish_from: date
    posts: str
    wage_floor_fen: int | None
    words: str
    state: str
    reason: str
    asked_at: datetime
    run_code: str
    quote: QuoteView | None
    due_fen: int
    due_on: date | None
    received_fen: int
    earned_fen: int
    returned_fen: int
    excess_fen: int
    invoice: InvoiceView | None = None
    refunds: tuple[RefundView, ...] = ()

    @property
    def left_fen(self) -> int:
        """What the enterprise still owes."""
        return max(0, self.due_fen - self.received_fen)

    @property
    def returnable_fen(self) -> int:
        """What may go back to the enterprise: not earned yet, and what came above the bill."""
        return self.held_fen + self.excess_fen

    @property
    def held_fen(self) -> int:
        """What was received, is not earned and has not gone back."""
        return self.received_fen - self.earned_fen - self.returned_fen


@dataclass(frozen=True)
class OpenBill:
    """A bill as matching knows it."""

    order_id: int
    code: str
    enterprise_name: str
    left_fen: int


@dataclass(frozen=True)
class BankEntry:
    """One line of the bank's file: its own number, the day, who paid, how much, and the payer's words."""

    reference: str
    day: date
    payer: str
    amount_fen: int
    words: str


@dataclass(frozen=True)
class Match:
    """What a bank line is for. kind: exact, partial, surplus, unknown. order_id: None for unknown."""

    kind: str
    order_id: int | None


@dataclass(frozen=True)
class BankLineView:
    """A bank line for the desk. state: counted, waiting, assigned, returned."""

    id: int
    reference: str
    day: date
    payer: str
    amount_fen: int
    words: str
    kind: str
    state: str
    order_code: str
    resolution: str


@dataclass(frozen=True)
class BankFileView:
    """What taking a file did. known: lines that an earlier file had brought already. broken: lines nobody can read."""

    taken: int
    known: int
    counts: dict[str, int]
    amount_fen: int


# -- who the seats are for --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LearnerLine:
    """One line of a firm's list as it came; number: of the line, as people see it."""

    number: int
    name: str
    phone: str
    post: str = ""


@dataclass(frozen=True)
class CheckedLearner:
    """A line of a dry run: cleaned, or with the first reason why it cannot be taken. is_known: stands there already."""

    line: LearnerLine
    problem: Refused | None = None
    is_known: bool = False


@dataclass(frozen=True)
class NamedLearnerView:
    """Somebody a firm named, and whether she has her seat. Nothing else is known to the firm or to the desk."""

    id: int
    name: str
    post: str
    has_seat: bool


@dataclass(frozen=True)
class NamedList:
    """A firm's list for an order. most: so many learners were ordered; shut_because: "" while it may be changed."""

    learners: tuple[NamedLearnerView, ...]
    most: int
    shut_because: str

    @property
    def seated(self) -> int:
        return sum(each.has_seat for each in self.learners)

    @property
    def left(self) -> int:
        return self.most - len(self.learners)
