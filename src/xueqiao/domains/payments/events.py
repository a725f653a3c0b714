"""Facts about money. Amounts in fen."""

from dataclasses import dataclass

from xueqiao.foundation.outbox.api import Event


@dataclass(frozen=True)
class BillPaid(Event):
    """The learner's share of a bill came in. is_late: after the bill had expired, been cancelled or passed its time.

    Whoever made the bill (purpose, purpose_id) must now deliver, or call refund_bill: money is never kept silently.
    """

    bill_id: int
    purpose: str
    purpose_id: int
    region: int
    amount_fen: int
    is_late: bool


@dataclass(frozen=True)
class RefundAsked(Event):
    """Money is owed back to a payer; the gateway is asked after the commit."""

    refund_id: int
    bill_id: int
    region: int
    amount_fen: int


@dataclass(frozen=True)
class RefundDone(Event):
    """The gateway (or the clerk, for cash) gave the money back."""

    refund_id: int
    bill_id: int
    region: int
    amount_fen: int


@dataclass(frozen=True)
class RefundOverdue(Event):
    """A refund has not reached its payer within the days the rule allows: somebody must look. Recorded once a day."""

    refund_id: int
    bill_id: int
    region: int
    amount_fen: int
    days_waiting: int
