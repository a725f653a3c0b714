"""What payments needs from outside: gateways that collect and return money."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, runtime_checkable
from uuid import UUID

from xueqiao.foundation.ports import Port


class SignatureFailed(Exception):
    """The message was not signed by the gateway's key, or its sealed part does not open."""


class MessageStale(Exception):
    """The message is signed, but its time is too far from ours: a recording played again."""


class GatewayUnreachable(Exception):
    """The gateway did not answer, or its answer cannot be believed: what happened there is not known. Ask again."""


class PayerUnknown(Exception):
    """The company does not say who pays by this code: it was used before, is too old, or nobody gave it out."""


class StatementNotReady(Exception):
    """The gateway has not yet made the file of that day."""


class StatementBroken(Exception):
    """The file does not read, or its lines do not add up to its own totals: nothing of it may be used."""


@dataclass(frozen=True)
class PaymentOrder:
    """What a gateway is asked to collect. payment_uuid is ours; order_code is the merchant order number.

    device: desktop, phone or wechat (the browser inside WeChat, see PaysInside). payer_address: the payer's network
    address, which WeChat wants to know for orders from a phone's browser.
    """

    payment_uuid: UUID
    order_code: str
    subject: str
    amount_fen: int
    method: str
    expires_at: datetime
    device: str = "desktop"
    payer_address: str = ""


@dataclass(frozen=True)
class Handoff:
    """How the payer gets to the gateway. kind: page (open the address) or code (show it as a QR code)."""

    kind: str
    address: str


@dataclass(frozen=True)
class GatewayMessage:
    """A verified message, or a verified answer to a question. state: SUCCESS paid; CLOSED, REVOKED, PAYERROR not paid
    and over; every other word (NOTPAY, REFUND.SUCCESS) says nothing that moves money.
    """

    message_id: str
    order_code: str
    gateway_reference: str
    merchant: str
    currency: str
    amount_fen: int
    state: str


@dataclass(frozen=True)
class RefundOrder:
    """What a gateway is asked to give back, of the payment it collected."""

    refund_uuid: UUID
    order_code: str
    gateway_reference: str
    amount_fen: int
    total_fen: int
    reason: str


@dataclass(frozen=True)
class RefundAnswer:
    """is_done False: accepted or waiting; ask again later (cash waits for a clerk)."""

    is_done: bool
    reference: str


@dataclass(frozen=True)
class StatementLine:
    """One line of a gateway's file. kind: payment or refund. refund_code: our number of the refund, "" for a payment.

    state: SUCCESS, or the gateway's word for a refund that is not through (PROCESSING, CHANGE). fee_fen: what the
    gateway keeps of it; negative when it gives a fee back.
    """

    kind: str
    order_code: str
    refund_code: str
    reference: str
    amount_fen: int
    fee_fen: int
    state: str
    happened_at: datetime


class PaymentGateway(Protocol):
    """One way money comes in and goes back. Calls may take time and fail: never made while a row is locked."""

    name: str
    merchant: str
    methods: tuple[str, ...]
    is_rehearsal: bool  # no money moves; pages say so
    is_local: bool  # answers without the network, so a refund may be sent at once

    def start(self, order: PaymentOrder, *, now: datetime) -> Handoff:
        """Register the order; return how the payer gets there. The same order again is no second order.

        Raises GatewayUnreachable.
        """

    def query(self, order: PaymentOrder, *, now: datetime) -> GatewayMessage | None:
        """What the gateway knows of the order; None while it is undecided or unknown there.

        Raises GatewayUnreachable.
        """

    def close(self, order: PaymentOrder, *, now: datetime) -> None:
        """Take no more money for the order; closing twice is no error. Raises GatewayUnreachable."""

    def statement(self, day: date, *, now: datetime) -> tuple[StatementLine, ...]:
        """The gateway's own list of one day's payments and refunds, checked against its own totals.

        Raises GatewayUnreachable, StatementNotReady or StatementBroken.
        """

    def read_callback(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> GatewayMessage:
        """Verify the signature first, then the age, then open the sealed part.

        Raises SignatureFailed or MessageStale. Header names are lower case.
        """

    def answer(self, *, is_accepted: bool, words: str) -> tuple[int, str, bytes]:
        """HTTP status, content type and body that the gateway takes as received or as please repeat."""

    def send_refund(self, order: RefundOrder, *, now: datetime) -> RefundAnswer:
        """Ask for money to go back. Repeating the same refund_uuid must not return money twice."""


@runtime_checkable
class ChangesKeys(Protocol):
    """A gateway that changes the keys it signs with, and hands the new ones out beforehand."""

    def refresh_keys(self, *, now: datetime) -> int:
        """Fetch and keep new public keys; return how many were new. Raises GatewayUnreachable."""


@runtime_checkable
class PaysInside(Protocol):
    """A gateway whose payers can pay inside the company's own app, once the company has said who they are to it."""

    def start_inside(self, order: PaymentOrder, payer: str, *, now: datetime) -> dict[str, str]:
        """Register the order for this payer; return what the page hands to the app, signed.

        The same order for the same payer is no second order; for another payer the company refuses it. payer is told to
        the company and kept nowhere. Raises GatewayUnreachable.
        """


class PayerLookup(Protocol):
    """Asks the company behind an app who is paying in it, by a trip of the browser there and back (OAuth).

    It answers for a payment and for nothing else: nobody is signed in by it.
    """

    def authorise_address(self, *, payment_uuid: UUID, back: str, state: str) -> str:
        """Where the browser goes. It comes back to `back`, a path of ours, with `state` and a code for one use."""

    def payer_of(self, code: str) -> str:
        """The payer's name at the company. Raises PayerUnknown, or GatewayUnreachable."""


@dataclass(frozen=True)
class SignedMessage:
    """A callback as it would arrive over HTTP."""

    headers: dict[str, str]
    body: bytes


class RehearsalDesk(Protocol):
    """The far side of the rehearsal gateway: what a tester at the cashier page makes it send."""

    def messages_for(self, order: PaymentOrder, choice: str, *, now: datetime) -> list[SignedMessage]:
        """The callbacks of one choice, in the order they arrive: pay, pay_twice, lost (paid, but no message), reordered
        (an older message after the newer), forged, wrong_amount, close, never, down (the far side plays dead).
        """


payment_gateways: Port[dict[str, PaymentGateway]] = Port("payments.gateways")
payer_lookups: Port[dict[str, PayerLookup]] = Port("payments.payer_lookups")  # by the gateway's name
rehearsal_desk: Port[RehearsalDesk] = Port("payments.rehearsal_desk")
