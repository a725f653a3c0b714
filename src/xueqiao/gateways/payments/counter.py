"""Cash at the desk of a centre. Money comes in by `pay_at_counter`; this gateway only answers for what goes back."""

from collections.abc import Mapping
from datetime import date, datetime

from xueqiao.domains.payments.ports import (
    GatewayMessage,
    Handoff,
    PaymentOrder,
    RefundAnswer,
    RefundOrder,
    SignatureFailed,
    StatementLine,
)


class CounterGateway:
    """No callbacks, no online methods; a refund waits until a clerk hands the cash over."""

    name = "counter"
    merchant = ""
    methods: tuple[str, ...] = ()
    is_rehearsal = False
    is_local = True

    def start(self, order: PaymentOrder, *, now: datetime) -> Handoff:
        """Cash is never started online."""
        raise LookupError("cash is paid at the counter")

    def query(self, order: PaymentOrder, *, now: datetime) -> GatewayMessage | None:
        """There is nobody to ask: what the clerk wrote is all that is known."""
        return None

    def close(self, order: PaymentOrder, *, now: datetime) -> None:
        """Nothing is open anywhere."""

    def statement(self, day: date, *, now: datetime) -> tuple[StatementLine, ...]:
        """Cash is settled by the daily close, not by a file."""
        raise LookupError("cash has no file")

    def read_callback(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> GatewayMessage:
        """Nobody signs for cash: every message is a forgery."""
        raise SignatureFailed

    def answer(self, *, is_accepted: bool, words: str) -> tuple[int, str, bytes]:
        return (200 if is_accepted else 422), "text/plain; charset=utf-8", words.encode()

    def send_refund(self, order: RefundOrder, *, now: datetime) -> RefundAnswer:
        """Waits for the clerk: see `hand_over_cash`."""
        return RefundAnswer(is_done=False, reference="")
