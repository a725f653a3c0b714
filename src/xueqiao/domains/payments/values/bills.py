"""What crosses the door of payments. Amounts are whole fen (1/100 yuan)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

LEARNER, VOUCHER = "learner", "voucher"
PAYER_KINDS = ("government", "market", "institution", VOUCHER, LEARNER)

APPLIED, LATE, RETURNED = "applied", "late", "returned"
REPEATED, FORGED, STALE = "repeated", "forged", "stale"
WRONG_AMOUNT, WRONG_CURRENCY, WRONG_MERCHANT = "wrong_amount", "wrong_currency", "wrong_merchant"
UNKNOWN_BILL = "unknown_bill"
OTHER_ORDER = "other_order"  # its number or its transaction belongs to another order of ours
NOTED = "noted"  # a signed message that says nothing about money coming in
MOVING = (APPLIED, LATE, RETURNED)


@dataclass(frozen=True)
class Share:
    """One payer's part of a bill. payer_kind: government, market, institution, voucher or learner.

    source_id: the voucher scheme. released_fen: earned by delivered meetings; returned_fen: went back to this payer.
    """

    payer_kind: str
    amount_fen: int
    source_id: int = 0
    released_fen: int = 0
    returned_fen: int = 0

    @property
    def held_fen(self) -> int:
        """What waits for delivery, once the bill is paid."""
        return self.amount_fen - self.released_fen - self.returned_fen


@dataclass(frozen=True)
class BillView:
    """A bill as other domains and pages see it. to_pay_fen is the learner's share; amount_fen is all shares."""

    id: int
    uuid: UUID
    code: str
    payer_id: int
    beneficiary_id: int
    institution_id: int
    region: int
    purpose: str
    purpose_id: int
    subject: str
    amount_fen: int
    to_pay_fen: int
    paid_fen: int
    refunded_fen: int
    state: str
    due_at: datetime
    paid_at: datetime | None
    shares: tuple[Share, ...]

    @property
    def has_been_paid(self) -> bool:
        """True once the learner's share came in, also when some of it went back later."""
        return self.state in {"paid", "partly_refunded", "refunded"}

    @property
    def refundable_fen(self) -> int:
        """What of the learner's money has not gone back: the whole a rule takes its part of."""
        return self.paid_fen - self.refunded_fen

    @property
    def held_fen(self) -> int:
        """What of the learner's money delivered meetings have not earned yet: no refund can be more."""
        if not self.has_been_paid:
            return 0
        return sum(share.held_fen for share in self.shares if share.payer_kind == LEARNER)


@dataclass(frozen=True)
class PaymentStart:
    """Where the payer goes next. url: a path of our own (rehearsal), the gateway's page, or with kind "code" what the
    QR code says that the payer's phone reads. kind "inside": ask the company first who pays (`authorise_address`), then
    `start_inside`; url is empty.
    """

    payment_uuid: UUID
    url: str
    kind: str = "page"


@dataclass(frozen=True)
class InsideStart:
    """What the page inside an app hands to the app. parameters: signed, and without the payer's name."""

    parameters: dict[str, str]
    is_rehearsal: bool


@dataclass(frozen=True)
class PaymentView:
    """One attempt to pay. state: started, succeeded, failed, returned. method: wechat, alipay, cash."""

    uuid: UUID
    bill_uuid: UUID
    order_code: str
    gateway: str
    method: str
    amount_fen: int
    subject: str
    state: str
    started_at: datetime


@dataclass(frozen=True)
class RefundView:
    """Money on its way back. state: asked, done. has_cash: a clerk must hand it over."""

    uuid: UUID
    bill_uuid: UUID
    amount_fen: int
    reason: str
    rule: str
    state: str
    asked_at: datetime
    has_cash: bool


@dataclass(frozen=True)
class CallbackVerdict:
    """What became of a gateway's message, and the answer the gateway understands (HTTP status, content type, body)."""

    verdict: str
    bill_uuid: UUID | None
    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True)
class PayLinkView:
    """What a relative who pays by link may see: no more than is needed to recognise the bill."""

    bill_uuid: UUID
    subject: str
    beneficiary_masked: str
    to_pay_fen: int
    state: str
    due_at: datetime
