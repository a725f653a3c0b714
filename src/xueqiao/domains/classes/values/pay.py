"""Teachers' contracts and pay as they cross the door of classes. Whole fen; a class hour is 45 minutes."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

OUTSIDE, PUBLIC = "outside", "public"
CONTRACT_KINDS = (OUTSIDE, PUBLIC)
BANDS = ("junior", "middle", "senior", "expert")
TAUGHT, LATE_CANCEL, REVERSED = "taught", "late_cancel", "reversed"
MADE, RELEASED, TAKEN_BACK = "made", "released", "taken_back"
SLIP_STATE_WORDS = {MADE: "等人发放", RELEASED: "已发放", TAKEN_BACK: "已撤回"}
NO_CONTRACT, NO_PERMISSION = "no_contract", "no_permission"
CLASS_HOUR_MINUTES = 45


@dataclass(frozen=True)
class TaxStep:
    """One line of the table of tax: taxable up to (fen, None for the rest), rate in percent, quick deduction in fen."""

    taxable_max_fen: int | None
    percent: int
    quick_fen: int


@dataclass(frozen=True)
class TaxTable:
    """How much of a month's labour remuneration is taxed, and how."""

    small_max_fen: int
    small_off_fen: int
    off_percent: int
    steps: tuple[TaxStep, ...]


@dataclass(frozen=True)
class PermissionView:
    """A public body's paper: it lets one of its own teach for pay between two days, both counted."""

    unit: str
    document: str
    issued_on: date
    valid_to: date


@dataclass(frozen=True)
class ContractView:
    """A contract with a teacher. valid_to: its last day. end_reason: why it ended before its time, or empty."""

    uuid: UUID
    teacher_id: int
    teacher_name: str
    institution_id: int
    institution_name: str
    region: int
    kind: str
    band: str
    rate_fen: int
    document: str
    valid_from: date
    valid_to: date
    end_reason: str
    permissions: tuple[PermissionView, ...]

    @property
    def lacks_permission(self) -> bool:
        """True when nothing can be paid yet, because the paper of the teacher's own unit has not been seen."""
        return self.kind == PUBLIC and not self.permissions


@dataclass(frozen=True)
class PayLineView:
    """One line of pay: a meeting, its minutes, the rate of the contract, the amount (below zero for a reversal)."""

    session_id: int
    run_code: str
    title: str
    number: int
    taught_at: datetime
    kind: str
    minutes: int
    rate_fen: int
    amount_fen: int
    reason: str


@dataclass(frozen=True)
class UnpaidSession:
    """A meeting that was held and earns its teacher nothing. why: no_contract or no_permission."""

    session_id: int
    run_code: str
    title: str
    number: int
    starts_at: datetime
    teacher_id: int
    teacher_name: str
    why: str


@dataclass(frozen=True)
class PaySlipView:
    """A slip. state: made, released, taken_back. lines: empty in lists."""

    uuid: UUID
    teacher_id: int
    teacher_name: str
    institution_id: int
    institution_name: str
    region: int
    month: date
    gross_fen: int
    tax_fen: int
    tax_rule: str
    state: str
    made_by_id: int
    made_by: str
    made_at: datetime
    released_by: str
    released_at: datetime | None
    end_reason: str
    lines: tuple[PayLineView, ...] = ()

    @property
    def net_fen(self) -> int:
        return self.gross_fen - self.tax_fen

    @property
    def minutes(self) -> int:
        """Minutes that are paid: what was reversed counts back."""
        return sum(line.minutes if line.amount_fen > 0 else -line.minutes for line in self.lines)


@dataclass(frozen=True)
class PayOfMonth:
    """One teacher's month at one institution, before and after the slip is made. open_fen: on no slip yet."""

    teacher_id: int
    teacher_name: str
    institution_id: int
    institution_name: str
    session_count: int
    minutes: int
    open_fen: int
    slip: PaySlipView | None
