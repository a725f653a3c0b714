"""Prices, vouchers, concessions and schemes as they cross the door of payments. Whole fen."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from xueqiao.domains.payments.values.bills import Share


@dataclass(frozen=True)
class VoucherOffer:
    """A voucher a person could use now. budget_fen: what its scheme can still pay. voucher_id 0: made at first use."""

    voucher_id: int
    scheme_id: int
    kind: str
    title: str
    left_fen: int
    budget_fen: int
    valid_to: date


@dataclass(frozen=True)
class VoucherPart:
    """What one voucher pays of one bill. voucher_id 0: made when the bill is."""

    voucher_id: int
    scheme_id: int
    title: str
    amount_fen: int


@dataclass(frozen=True)
class ConcessionUse:
    """A concession as it lowers a price: kind, percent, what it takes off, until when the proof holds."""

    kind: str
    percent: int
    amount_fen: int
    valid_to: date
    source: str


@dataclass(frozen=True)
class BillQuote:
    """What somebody would pay now and why. shares add up to price_fen; the learner's share is to_pay_fen."""

    price_fen: int
    subsidy_fen: int
    concession: ConcessionUse | None
    vouchers: tuple[VoucherPart, ...]
    shares: tuple[Share, ...]
    share_source: str  # the written scheme or parameter behind the split of the subsidy

    @property
    def to_pay_fen(self) -> int:
        return self.shares[-1].amount_fen

    @property
    def concession_fen(self) -> int:
        return self.concession.amount_fen if self.concession else 0


@dataclass(frozen=True)
class ShareSchemeView:
    """A written split of a price. Percents add up to 100. scheme_id 0: no scheme, the parameters say it."""

    scheme_id: int
    title: str
    source: str
    region: int
    programme: str
    government: int
    market: int
    institution: int
    learner: int
    valid_from: date | None
    valid_to: date | None

    @property
    def percents(self) -> dict[str, int]:
        return {
            "government": self.government,
            "market": self.market,
            "institution": self.institution,
            "learner": self.learner,
        }


@dataclass(frozen=True)
class ShareSchemeRow:
    """A written split as the desk sees it. is_mine: the reader wrote it, so somebody else approves it."""

    view: ShareSchemeView
    is_approved: bool
    is_mine: bool
    made_by: str
    approved_by: str


@dataclass(frozen=True)
class VoucherView:
    """A voucher for its holder's page. left_fen: what it can still pay, if its budget lasts."""

    uuid: UUID
    kind: str
    title: str
    amount_fen: int
    used_fen: int
    valid_to: date
    is_expired: bool

    @property
    def left_fen(self) -> int:
        return self.amount_fen - self.used_fen


@dataclass(frozen=True)
class VoucherSchemeView:
    """A voucher scheme for staff: its budget now, what is reserved by bills that are due, what was spent."""

    uuid: UUID
    id: int
    kind: str
    title: str
    source: str
    region: int
    sponsor: str
    amount_fen: int
    valid_from: date
    valid_to: date
    state: str
    budget_fen: int
    reserved_fen: int
    spent_fen: int
    holders: int


@dataclass(frozen=True)
class ConcessionView:
    """A concession for its person and for the desk."""

    uuid: UUID
    person_id: int
    person_name: str
    kind: str
    proof: str
    valid_from: date
    valid_to: date
    checked_at: datetime
    is_live: bool
