"""The rehearsal gateway: real signatures, no money.

Messages have the form of WeChat Pay API v3 callbacks: RSA-SHA256 over `timestamp\\nnonce\\nbody\\n`, the certificate's
serial in a header, and the transaction sealed inside as AEAD_AES_256_GCM with the merchant's API key. So the code
that a real gateway will use runs here. The key pair and the API key are made once for an installation, by the
domain's `keep_gateway_secret`, sealed with the server's secret.

`RehearsalGateway` is our side (verifies), `RehearsalCashier` the far side (signs what the tester chooses). The far
side keeps a book of its own (`rehearsal_book`), so questions, refunds and the daily file are answered from there and
not from what we believe.
"""

import base64
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from xueqiao.domains.payments.ports import (
    GatewayMessage,
    GatewayUnreachable,
    Handoff,
    PayerUnknown,
    PaymentOrder,
    RefundAnswer,
    RefundOrder,
    SignedMessage,
    StatementLine,
)
from xueqiao.foundation import clock
from xueqiao.gateways.payments import rehearsal_book as book
from xueqiao.gateways.payments import wechat_v3
from xueqiao.gateways.payments.sealing import open_sealed, seal
from xueqiao.gateways.payments.wechat_bill import read_trade_bill, write_trade_bill

NAME = "rehearsal"
MERCHANT = "1900000109"  # a merchant number of the rehearsal only
PURPOSE = "xueqiao.gateways.payments.rehearsal"
CHOICES = ("pay", "pay_twice", "lost", "reordered", "forged", "wrong_amount", "never", "close", "down")
DOWN_FOR = timedelta(minutes=2)

KeepSecret = Callable[..., bytes]


@dataclass(frozen=True)
class RehearsalKeys:
    """One installation's keys: the far side's signing key, its serial, and the API key that seals the transaction."""

    private_key: rsa.RSAPrivateKey
    serial: str
    api_key: bytes

    @classmethod
    def make(cls) -> "RehearsalKeys":
        return cls(
            rsa.generate_private_key(public_exponent=65537, key_size=2048),
            secrets.token_hex(20).upper(),
            os.urandom(32),
        )

    def dump(self) -> bytes:
        pem = self.private_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return json.dumps(
            {"pem": pem.decode(), "serial": self.serial, "api_key": base64.b64encode(self.api_key).decode()}
        ).encode()

    @classmethod
    def load(cls, dumped: bytes) -> "RehearsalKeys":
        parts = json.loads(dumped)
        key = serialization.load_pem_private_key(parts["pem"].encode(), password=None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError("the rehearsal signs with RSA")
        return cls(key, parts["serial"], base64.b64decode(parts["api_key"]))


class RehearsalGateway:
    """Our side: sends payers to the cashier page and verifies what comes back."""

    name = NAME
    merchant = MERCHANT
    methods: tuple[str, ...] = ("wechat", "alipay")
    is_rehearsal = True
    is_local = True

    def __init__(self, *, keep_secret: KeepSecret, server_secret: str) -> None:
        self._keep_secret = keep_secret
        self._server_secret = server_secret

    @property
    def keys(self) -> RehearsalKeys:
        """The installation's keys, made and kept at first use. Read each time until they exist in this process."""
        return self._kept_keys

    @cached_property
    def _kept_keys(self) -> RehearsalKeys:
        sealed = self._keep_secret(
            gateway=NAME,
            make=lambda: seal(RehearsalKeys.make().dump(), secret=self._server_secret, purpose=PURPOSE),
            now=clock.now(),
        )
        return RehearsalKeys.load(open_sealed(sealed, secret=self._server_secret, purpose=PURPOSE))

    def start(self, order: PaymentOrder, *, now: datetime) -> Handoff:
        """The cashier page of this installation."""
        require_up(now)
        book.open_trade(order)
        return Handoff("page", f"/pay/rehearsal/{order.payment_uuid}/")

    def start_inside(self, order: PaymentOrder, payer: str, *, now: datetime) -> dict[str, str]:
        """Signed by the very code of the real gateway, with a key of our own: WeChat would take none of it."""
        require_up(now)
        book.open_trade(order)
        return wechat_v3.inside_parameters(
            self.keys.private_key,
            app_id="rehearsal",
            prepay_id=order.payment_uuid.hex,
            moment=int(now.timestamp()),
            nonce=secrets.token_hex(16),
        )

    def query(self, order: PaymentOrder, *, now: datetime) -> GatewayMessage | None:
        """What the far side's book says."""
        require_up(now)
        trade = book.find_trade(order.order_code)
        if trade is None or trade.state == "NOTPAY":
            return None
        return GatewayMessage(
            message_id=f"query:{order.order_code}:{trade.state}",
            order_code=order.order_code,
            gateway_reference=trade.reference,
            merchant=MERCHANT,
            currency="CNY",
            amount_fen=trade.amount_fen,
            state=trade.state,
        )

    def close(self, order: PaymentOrder, *, now: datetime) -> None:
        require_up(now)
        book.close_trade(order.order_code)

    def statement(self, day: date, *, now: datetime) -> tuple[StatementLine, ...]:
        """Written and read again in the form of WeChat's trade bill, so that the reader is exercised every day."""
        require_up(now)
        return read_trade_bill(write_trade_bill(book.lines_of(day), merchant=MERCHANT), merchant=MERCHANT)

    def read_callback(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> GatewayMessage:
        """The very code of the real gateway, with keys of our own. See `ports.PaymentGateway`."""
        keys = self.keys
        return wechat_v3.read_notification(
            headers,
            body,
            public_key_of=lambda serial: keys.private_key.public_key() if serial == keys.serial else None,
            api_key=keys.api_key,
            now=now,
        )

    def answer(self, *, is_accepted: bool, words: str) -> tuple[int, str, bytes]:
        return wechat_v3.answer(is_accepted=is_accepted, words=words)

    def send_refund(self, order: RefundOrder, *, now: datetime) -> RefundAnswer:
        """No money moved, so it is back at once. The reference is made of our number: repeating changes nothing."""
        require_up(now)
        book.keep_refund(order, now=now)
        return RefundAnswer(is_done=True, reference=f"RF{order.refund_uuid.hex}")


class RehearsalPayers:
    """Plays WeChat where it says who pays: a page of ours, on which a tester chooses what comes back.

    The codes are words: agreed, silent (no answer comes), and everything else is a code that was spent.
    """

    def authorise_address(self, *, payment_uuid: UUID, back: str, state: str) -> str:
        return f"/pay/rehearsal/{payment_uuid}/payer/?{urlencode({'state': state})}"

    def payer_of(self, code: str) -> str:
        if code == "silent":
            raise GatewayUnreachable("rehearsal")
        if code != "agreed":
            raise PayerUnknown("rehearsal")
        return "rehearsal-payer"


def require_up(now: datetime) -> None:
    """Raise GatewayUnreachable while the rehearsal plays a gateway that is down."""
    if book.is_down(now):
        raise GatewayUnreachable("rehearsal")


class RehearsalCashier:
    """The far side: signs and seals what the tester chose."""

    def __init__(self, gateway: RehearsalGateway) -> None:
        self._gateway = gateway

    def messages_for(self, order: PaymentOrder, choice: str, *, now: datetime) -> list[SignedMessage]:
        """See `ports.RehearsalDesk`. Raises ValueError for an unknown choice.

        A transaction has one number for ever: paying twice sends the same transaction in two messages, as gateways do.
        """
        if choice not in CHOICES:
            raise ValueError(choice)
        if choice == "down":
            book.go_down(until=now + DOWN_FOR)
        if choice in {"never", "down"}:
            return []
        keys = self._gateway.keys
        paid = _transaction(order, state="SUCCESS", amount_fen=order.amount_fen, now=now)
        if choice == "forged":
            return [sign(RehearsalKeys(RehearsalKeys.make().private_key, keys.serial, keys.api_key), paid, now=now)]
        if choice == "wrong_amount":
            amount = 1 if order.amount_fen != 1 else 2
            return [sign(keys, _transaction(order, state="SUCCESS", amount_fen=amount, now=now), now=now)]
        closed = _transaction(order, state="CLOSED", amount_fen=order.amount_fen, now=now)
        if choice == "close":
            book.close_trade(order.order_code)
            return [sign(keys, closed, now=now)]
        book.pay_trade(order, reference=paid["transaction_id"], now=now)
        sent = {"pay": [paid], "pay_twice": [paid, paid], "reordered": [paid, closed], "lost": []}[choice]
        return [sign(keys, transaction, now=now) for transaction in sent]


def sign(keys: RehearsalKeys, transaction: dict[str, Any], *, now: datetime, message_id: str = "") -> SignedMessage:
    """Seal a transaction and sign the message around it."""
    nonce, inner_nonce = secrets.token_hex(16), secrets.token_hex(6)
    sealed = AESGCM(keys.api_key).encrypt(inner_nonce.encode(), json.dumps(transaction).encode(), b"transaction")
    body = json.dumps(
        {
            "id": message_id or f"EV-{secrets.token_hex(14)}",
            "create_time": clock.local(now).isoformat(timespec="seconds"),
            "resource_type": "encrypt-resource",
            "event_type": f"TRANSACTION.{transaction['trade_state']}",
            "summary": "演练：没有真的扣钱",
            "resource": {
                "original_type": "transaction",
                "algorithm": "AEAD_AES_256_GCM",
                "ciphertext": base64.b64encode(sealed).decode(),
                "associated_data": "transaction",
                "nonce": inner_nonce,
            },
        },
        ensure_ascii=False,
    ).encode()
    timestamp = str(int(now.timestamp()))
    signature = wechat_v3.sign(keys.private_key, wechat_v3.signed_text(timestamp, nonce, body))
    return SignedMessage(
        headers={
            "wechatpay-timestamp": timestamp,
            "wechatpay-nonce": nonce,
            "wechatpay-serial": keys.serial,
            "wechatpay-signature": signature,
            "content-type": "application/json",
        },
        body=body,
    )


def _transaction(order: PaymentOrder, *, state: str, amount_fen: int, now: datetime) -> dict[str, Any]:
    return {
        "mchid": MERCHANT,
        "out_trade_no": order.order_code,
        "transaction_id": f"42{order.payment_uuid.int % 10**26:026d}",
        "trade_type": "JSAPI",
        "trade_state": state,
        "success_time": clock.local(now).isoformat(timespec="seconds"),
        "amount": {"total": amount_fen, "payer_total": amount_fen, "currency": "CNY", "payer_currency": "CNY"},
    }
