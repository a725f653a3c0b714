"""Facts about enterprises and their orders. Amounts in fen."""

from dataclasses import dataclass

from xueqiao.foundation.outbox.api import Event


@dataclass(frozen=True)
class EnterpriseVerified(Event):
    """Staff have seen an enterprise's licence: it may order."""

    enterprise_id: int
    region: int


@dataclass(frozen=True)
class OrderQuoted(Event):
    """A price stands for an order, until its last day."""

    order_id: int
    region: int
    amount_fen: int


@dataclass(frozen=True)
class OrderAccepted(Event):
    """An enterprise took the quote: there is a bill."""

    order_id: int
    region: int
    amount_fen: int


@dataclass(frozen=True)
class OrderPaid(Event):
    """All of an order's bill has come in."""

    order_id: int
    region: int
    amount_fen: int


@dataclass(frozen=True)
class InvoiceIssued(Event):
    """An enterprise's invoice has its number."""

    order_id: int
    region: int
    number: str


@dataclass(frozen=True)
class EnterpriseRefunded(Event):
    """Money went back to an enterprise's own account."""

    order_id: int
    region: int
    amount_fen: int
