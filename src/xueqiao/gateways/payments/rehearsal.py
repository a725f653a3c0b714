"""The rehearsal gateway: real signatures, no money.

Messages have the form of WeChat Pay API v3 callbacks: RSA-SHA256 over `timestamp\\nnonce\\nbody\\n`, the certificate's
serial in a header, and the transaction sealed inside as AEAD_AES_256_GCM with the merchant's API key. So the code
that a real gateway will use runs here. The key pair and the API key are made once for an installation, by the
domain's `keep_gateway_secret`, sealed with the server's secret.

`RehearsalGateway` is our side (verifies), `RehearsalCashier` the far side (signs what the tester chooses).
"""

import base64
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from xueqiao.domains.payments.ports import (
    GatewayMessage,
    MessageStale,
    PaymentOrder,
    RefundAnswer,
    RefundOrder,
    SignatureFailed,
    SignedMessage,
)
from xueqiao.foundation import clock
from xueqiao.gateways.payments.sealing import open_sealed, seal

NAME = "rehearsal"
MERCHANT = "1900000109"  # a merchant number of the rehearsal only
AGE_MAX = timedelta(minutes=5)
PURPOSE = "xueqiao.gateways.payments.rehearsal"
CHOICES = ("pay", "pay_twice", "forged", "wrong_amount", "never", "close")

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
    methods = ("wechat", "alipay")
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

    def start(self, order: PaymentOrder, *, now: datetime) -> str:
        """The cashier page of this installation."""
        return f"/pay/rehearsal/{order.payment_uuid}/"

    def read_callback(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> GatewayMessage:
        """Verify, then believe. See `ports.PaymentGateway`."""
        keys = self.keys
        timestamp = headers.get("wechatpay-timestamp", "")
        nonce = headers.get("wechatpay-nonce", "")
        if headers.get("wechatpay-serial", "") != keys.serial or not (timestamp.isascii() and timestamp.isdigit()):
            raise SignatureFailed
        try:
            signature = base64.b64decode(headers.get("wechatpay-signature", ""), validate=True)
            keys.private_key.public_key().verify(
                signature, signed_text(timestamp, nonce, body), padding.PKCS1v15(), hashes.SHA256()
            )
        except (InvalidSignature, ValueError) as failure:
            raise SignatureFailed from failure
        if len(timestamp) > 12 or abs(now.timestamp() - int(timestamp)) > AGE_MAX.total_seconds():
            raise MessageStale
        try:
            envelope = json.loads(body)
            resource = envelope["resource"]
            opened = AESGCM(keys.api_key).decrypt(
                resource["nonce"].encode(),
                base64.b64decode(resource["ciphertext"], validate=True),
                resource["associated_data"].encode(),
            )
            return _message(str(envelope["id"]), json.loads(opened))
        except (InvalidTag, ValueError, KeyError, TypeError, AttributeError) as failure:
            raise SignatureFailed from failure

    def answer(self, *, is_accepted: bool, words: str) -> tuple[int, str, bytes]:
        """200 and SUCCESS ends the repeats; anything else asks for the message again."""
        code = "SUCCESS" if is_accepted else "FAIL"
        return (200 if is_accepted else 422), "application/json", json.dumps({"code": code, "message": words}).encode()

    def send_refund(self, order: RefundOrder, *, now: datetime) -> RefundAnswer:
        """No money moved, so it is back at once. The reference is made of our number: repeating changes nothing."""
        return RefundAnswer(is_done=True, reference=f"RF{order.refund_uuid.hex}")


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
        if choice == "never":
            return []
        keys = self._gateway.keys
        state, amount = "SUCCESS", order.amount_fen
        if choice == "forged":
            keys = RehearsalKeys(RehearsalKeys.make().private_key, keys.serial, keys.api_key)
        elif choice == "wrong_amount":
            amount = 1 if order.amount_fen != 1 else 2
        elif choice == "close":
            state = "CLOSED"
        copies = 2 if choice == "pay_twice" else 1
        return [
            sign(keys, _transaction(order, state=state, amount_fen=amount, now=now), now=now) for _ in range(copies)
        ]


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
    signature = keys.private_key.sign(signed_text(timestamp, nonce, body), padding.PKCS1v15(), hashes.SHA256())
    return SignedMessage(
        headers={
            "wechatpay-timestamp": timestamp,
            "wechatpay-nonce": nonce,
            "wechatpay-serial": keys.serial,
            "wechatpay-signature": base64.b64encode(signature).decode(),
            "content-type": "application/json",
        },
        body=body,
    )


def signed_text(timestamp: str, nonce: str, body: bytes) -> bytes:
    """What WeChat Pay v3 signs: three lines, each ended by a line feed."""
    return b"\n".join([timestamp.encode(), nonce.encode(), body, b""])


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


def _message(message_id: str, transaction: dict[str, Any]) -> GatewayMessage:
    amount = transaction["amount"]
    total = amount["total"]
    if not isinstance(total, int) or isinstance(total, bool):
        raise TypeError("an amount is a whole number of fen")
    return GatewayMessage(
        message_id=message_id[:64],
        order_code=str(transaction["out_trade_no"])[:32],
        gateway_reference=str(transaction["transaction_id"])[:64],
        merchant=str(transaction["mchid"]),
        currency=str(amount["currency"]),
        amount_fen=total,
        state=str(transaction["trade_state"]),
    )
