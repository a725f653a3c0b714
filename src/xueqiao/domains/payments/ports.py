"""What payments needs from outside: gateways that collect and return money."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from xueqiao.foundation.ports import Port


class SignatureFailed(Exception):
    """The message was not signed by the gateway's key, or its sealed part does not open."""


class MessageStale(Exception):
    """The message is signed, but its time is too far from ours: a recording played again."""


@dataclass(frozen=True)
class PaymentOrder:
    """What a gateway is asked to collect. payment_uuid is ours; order_code is the merchant order number."""

    payment_uuid: UUID
    order_code: str
    subject: str
    amount_fen: int
    method: str
    expires_at: datetime


@dataclass(frozen=True)
class GatewayMessage:
    """A verified message. state: SUCCESS, CLOSED or PAYERROR (the words of WeChat Pay v3)."""

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


class PaymentGateway(Protocol):
    """One way money comes in and goes back. Calls may take time and fail: never made while a row is locked."""

    name: str
    merchant: str
    methods: tuple[str, ...]
    is_rehearsal: bool  # no money moves; pages say so
    is_local: bool  # answers without the network, so a refund may be sent at once

    def start(self, order: PaymentOrder, *, now: datetime) -> str:
        """Register the order; return the address the payer goes to."""

    def read_callback(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> GatewayMessage:
        """Verify the signature first, then the age, then open the sealed part.

        Raises SignatureFailed or MessageStale. Header names are lower case.
        """

    def answer(self, *, is_accepted: bool, words: str) -> tuple[int, str, bytes]:
        """HTTP status, content type and body that the gateway takes as received or as please repeat."""

    def send_refund(self, order: RefundOrder, *, now: datetime) -> RefundAnswer:
        """Ask for money to go back. Repeating the same refund_uuid must not return money twice."""


@dataclass(frozen=True)
class SignedMessage:
    """A callback as it would arrive over HTTP."""

    headers: dict[str, str]
    body: bytes


class RehearsalDesk(Protocol):
    """The far side of the rehearsal gateway: what a tester at the cashier page makes it send."""

    def messages_for(self, order: PaymentOrder, choice: str, *, now: datetime) -> list[SignedMessage]:
        """The callbacks of one choice: pay, pay_twice, forged, wrong_amount, never, close. Empty for never."""


payment_gateways: Port[dict[str, PaymentGateway]] = Port("payments.gateways")
rehearsal_desk: Port[RehearsalDesk] = Port("payments.rehearsal_desk")
