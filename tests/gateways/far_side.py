"""The companies' side of real gateways, for tests: keys of its own, answers signed as the documentation says.

Written from the documentation and not from our client, so that a slip in one shows in the other.
"""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from xueqiao.domains.payments.ports import SignedMessage
from xueqiao.foundation import clock
from xueqiao.gateways.payments.alipay import AlipayGateway, AlipayMerchant
from xueqiao.gateways.payments.wechat import WechatGateway, WechatMerchant
from xueqiao.gateways.payments.wechat_payers import WechatPayers

_KEYS: dict[str, rsa.RSAPrivateKey] = {}


def key_named(name: str) -> rsa.RSAPrivateKey:
    """A key of the tests, made once per process."""
    if name not in _KEYS:
        _KEYS[name] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return _KEYS[name]


def rsa_sign(key: rsa.RSAPrivateKey, text: str) -> str:
    return base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()


def certificate(key: rsa.RSAPrivateKey, serial: int, begin: datetime, days: int = 365) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tenpay.com Root CA")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(serial).not_valid_before(begin).not_valid_after(begin + timedelta(days=days))
    return builder.sign(key, hashes.SHA256())


def pem_of(made: x509.Certificate) -> str:
    return made.public_bytes(Encoding.PEM).decode()


@dataclass
class WechatSide:
    """answers: (status, JSON) by method and path; asked: what came in. key/serial: what it signs with now."""

    now: datetime
    merchant: str = "1900000109"
    app_id: str = "wx8888888888888888"
    api_key: bytes = b"0123456789abcdef0123456789abcdef"
    serial: str = "PUB_KEY_ID_0119000001092024"
    key_name: str = "wechat platform"
    answers: dict[tuple[str, str], tuple[int, Any]] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    is_down: bool = False
    forges: bool = False

    @property
    def key(self) -> rsa.RSAPrivateKey:
        return key_named(self.key_name)

    def gateway(self, *, with_public_key: bool = True) -> WechatGateway:
        public = {self.serial: key_named("wechat platform").public_key()} if with_public_key else {}
        return WechatGateway(
            WechatMerchant(
                merchant=self.merchant,
                app_id=self.app_id,
                serial="1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C",
                private_key=key_named("wechat merchant"),
                api_key=self.api_key,
                public_keys=public,
                site="https://learn.example.org",
            ),
            certificates=lambda: self.kept,
            keep_certificate=lambda **kept: self.kept.setdefault(kept["serial"], kept["pem"]),
            client=httpx.Client(transport=httpx.MockTransport(self.answer)),
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if self.is_down:
            raise httpx.ConnectTimeout("down")
        status, said = self.answers[(request.method, request.url.path)]
        raw = said if isinstance(said, bytes) else b"" if said is None else json.dumps(said).encode()
        return httpx.Response(status, content=raw, headers=self.headers(raw))

    def headers(self, raw: bytes, moment: datetime | None = None) -> dict[str, str]:
        stamp = str(int((moment or self.now).timestamp()))
        signature = rsa_sign(self.key, f"{stamp}\nnonce-{stamp}\n{raw.decode()}\n")
        if self.forges:
            signature = f"WECHATPAY/SIGNTEST/{signature}"
        return {
            "wechatpay-serial": self.serial,
            "wechatpay-signature": signature,
            "wechatpay-timestamp": stamp,
            "wechatpay-nonce": f"nonce-{stamp}",
            "wechatpay-signature-type": "WECHATPAY2-SHA256-RSA2048",
            "content-type": "application/json",
        }

    def seal(self, text: str, associated: str, nonce: str = "abcdef012345") -> dict[str, str]:
        sealed = AESGCM(self.api_key).encrypt(nonce.encode(), text.encode(), associated.encode())
        return {
            "algorithm": "AEAD_AES_256_GCM",
            "nonce": nonce,
            "associated_data": associated,
            "ciphertext": base64.b64encode(sealed).decode(),
        }

    def notification(
        self,
        order_code: str,
        amount_fen: int,
        *,
        message_id: str = "EV-1",
        event: str = "TRANSACTION.SUCCESS",
        **said: Any,
    ) -> SignedMessage:
        transaction = {
            "mchid": self.merchant,
            "appid": self.app_id,
            "out_trade_no": order_code,
            "transaction_id": f"4200{order_code}",
            "trade_state": "SUCCESS",
            "amount": {"total": amount_fen, "payer_total": amount_fen, "currency": "CNY", "payer_currency": "CNY"},
        }
        transaction |= said
        return self.message({**transaction}, message_id=message_id, event=event)

    def message(self, inner: dict[str, Any], *, message_id: str, event: str) -> SignedMessage:
        body = {
            "id": message_id,
            "create_time": clock.local(self.now).isoformat(timespec="seconds"),
            "resource_type": "encrypt-resource",
            "event_type": event,
            "summary": "支付成功",
            "resource": self.seal(json.dumps(inner), "transaction") | {"original_type": "transaction"},
        }
        raw = json.dumps(body, ensure_ascii=False).encode()
        return SignedMessage(headers=self.headers(raw), body=raw)


@dataclass
class PayerSide:
    """WeChat where it says who pays. codes: openid by code, each for one use; errcode: what it says instead."""

    codes: dict[str, str] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)
    spent: set[str] = field(default_factory=set)
    answer_with: Any = None
    is_slow: bool = False
    secret: str = "4f1c0d7e9a2b48c6b3d5e7f901234567"

    def lookup(self) -> WechatPayers:
        client = httpx.Client(transport=httpx.MockTransport(self.answer))
        return WechatPayers(
            app_id="wx8888888888888888", app_secret=self.secret, site="https://learn.example.org", client=client
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if self.is_slow:
            raise httpx.ReadTimeout("slow", request=request)
        if self.answer_with is not None:
            raw = self.answer_with if isinstance(self.answer_with, bytes) else json.dumps(self.answer_with).encode()
            return httpx.Response(200, content=raw, headers={"content-type": "text/plain"})
        code = request.url.params["code"]
        if code in self.spent or code not in self.codes:
            word = {"errcode": 40163 if code in self.spent else 40029, "errmsg": "rid: 1"}
            return httpx.Response(200, json=word)
        self.spent.add(code)
        said = {
            "access_token": "ACCESS",
            "expires_in": 7200,
            "refresh_token": "REFRESH",
            "openid": self.codes[code],
            "scope": "snsapi_base",
        }
        return httpx.Response(200, content=json.dumps(said).encode(), headers={"content-type": "text/plain"})


@dataclass
class AlipaySide:
    """answers: the inner object by method name; asked: the parameters that came in."""

    now: datetime
    app_id: str = "2021001161683774"
    seller_id: str = "2088531891668739"
    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    key_name: str = "alipay"
    is_down: bool = False
    files: dict[str, bytes] = field(default_factory=dict)

    def gateway(self) -> AlipayGateway:
        return AlipayGateway(
            AlipayMerchant(
                app_id=self.app_id,
                seller_id=self.seller_id,
                private_key=key_named("alipay merchant"),
                public_key=key_named("alipay").public_key(),
                site="https://learn.example.org",
            ),
            client=httpx.Client(transport=httpx.MockTransport(self.answer)),
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.is_down:
            raise httpx.ConnectTimeout("down")
        if request.method == "GET":
            return httpx.Response(200, content=self.files[str(request.url)])
        said = dict(parse_qsl(request.content.decode(), keep_blank_values=True))
        self.asked.append(said)
        content = "&".join(f"{name}={said[name]}" for name in sorted(said) if name != "sign")
        key_named("alipay merchant").public_key().verify(
            base64.b64decode(said["sign"]), content.encode(), padding.PKCS1v15(), hashes.SHA256()
        )
        inner = json.dumps({"code": "10000", "msg": "Success"} | self.answers[said["method"]], ensure_ascii=False)
        node = said["method"].replace(".", "_") + "_response"
        signature = rsa_sign(key_named(self.key_name), inner)
        return httpx.Response(200, content=f'{{"{node}":{inner},"sign":"{signature}"}}'.encode())

    def notification(self, order_code: str, total: str, *, message_id: str = "N1", **said: str) -> SignedMessage:
        parts = {
            "notify_time": clock.local(self.now).strftime("%Y-%m-%d %H:%M:%S"),
            "notify_type": "trade_status_sync",
            "notify_id": message_id,
            "app_id": self.app_id,
            "seller_id": self.seller_id,
            "charset": "utf-8",
            "version": "1.0",
            "trade_no": f"2026{order_code}",
            "out_trade_no": order_code,
            "trade_status": "TRADE_SUCCESS",
            "total_amount": total,
            "subject": "手机支付与防诈骗",
        }
        return self.sign(parts | said)

    def sign(self, parts: dict[str, str]) -> SignedMessage:
        content = "&".join(f"{name}={parts[name]}" for name in sorted(parts) if parts[name] != "")
        body = urlencode(parts | {"sign": rsa_sign(key_named(self.key_name), content), "sign_type": "RSA2"})
        return SignedMessage({"content-type": "application/x-www-form-urlencoded; charset=utf-8"}, body.encode())


def at(year: int, month: int, day: int, hour: int = 10) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)
