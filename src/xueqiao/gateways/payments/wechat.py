"""WeChat Pay API v3: orders by QR code (Native), from a phone's browser (H5) and inside WeChat (JSAPI); query, close,
refund, callbacks, platform keys and the daily trade bill.

A client of our own over httpx and cryptography: see docs/decisions/own-payment-clients.md. No call is made while a
callback is judged; every answer of the platform is believed only with its signature.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from xueqiao.domains.payments.ports import (
    GatewayMessage,
    GatewayUnreachable,
    Handoff,
    MessageStale,
    PaymentOrder,
    RefundAnswer,
    RefundOrder,
    SignatureFailed,
    StatementBroken,
    StatementLine,
    StatementNotReady,
)
from xueqiao.foundation import clock
from xueqiao.gateways.payments import wechat_v3
from xueqiao.gateways.payments.wechat_bill import read_trade_bill

NAME = "wechat"
HOST = "https://api.mch.weixin.qq.com"
OVER = {"CLOSED", "REVOKED", "PAYERROR"}
DECIDED = {"SUCCESS", "REFUND"} | OVER


@dataclass(frozen=True)
class WechatMerchant:
    """What WeChat Pay gave the merchant, and where it calls back.

    serial: of the merchant's API certificate. api_key: the 32 bytes of the APIv3 key. public_keys: the platform's keys
    known from the start, by their id (PUB_KEY_ID_...); platform certificates come by `refresh_keys`.
    """

    merchant: str
    app_id: str
    serial: str
    private_key: rsa.RSAPrivateKey = field(repr=False)
    api_key: bytes = field(repr=False)
    public_keys: dict[str, rsa.RSAPublicKey]
    site: str  # https://host of this platform


Certificates = Callable[[], Mapping[str, str]]  # PEM by serial, as kept by the platform
KeepCertificate = Callable[..., None]


class WechatGateway:
    """Implements `ports.PaymentGateway`."""

    name = NAME
    methods: tuple[str, ...] = ("wechat",)
    is_rehearsal = False
    is_local = False

    def __init__(
        self,
        merchant: WechatMerchant,
        *,
        certificates: Certificates = dict,
        keep_certificate: KeepCertificate | None = None,
        client: httpx.Client | None = None,
        host: str = HOST,
    ) -> None:
        self._own = merchant
        self.merchant = merchant.merchant
        self._certificates, self._keep = certificates, keep_certificate
        self._client = client or httpx.Client(timeout=5.0, follow_redirects=False)
        self._host = host
        self._loaded: dict[str, x509.Certificate] = {}

    # ---- what comes in

    def read_callback(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> GatewayMessage:
        """See `ports.PaymentGateway`."""
        return wechat_v3.read_notification(
            headers, body, public_key_of=lambda serial: self._key(serial, now), api_key=self._own.api_key, now=now
        )

    def answer(self, *, is_accepted: bool, words: str) -> tuple[int, str, bytes]:
        return wechat_v3.answer(is_accepted=is_accepted, words=words)

    # ---- what we ask for

    def start(self, order: PaymentOrder, *, now: datetime) -> Handoff:
        """A page for a phone's browser, a QR code for everybody else."""
        body = self._order(order)
        if order.device != "phone":
            answer = self._ask("POST", "/v3/pay/transactions/native", body, now=now)
            return Handoff("code", str(answer["code_url"]))
        body["scene_info"] = {"payer_client_ip": order.payer_address or "127.0.0.1", "h5_info": {"type": "Wap"}}
        answer = self._ask("POST", "/v3/pay/transactions/h5", body, now=now)
        back = quote(f"{self._own.site}/pay/result/{order.payment_uuid}/", safe="")
        return Handoff("page", f"{answer['h5_url']}&redirect_url={back}")

    def start_inside(self, order: PaymentOrder, payer: str, *, now: datetime) -> dict[str, str]:
        """JSAPI: what the script inside WeChat hands to WeixinJSBridge. payer: the openid at our app id."""
        body = self._order(order) | {"payer": {"openid": payer}}
        answer = self._ask("POST", "/v3/pay/transactions/jsapi", body, now=now)
        return wechat_v3.inside_parameters(
            self._own.private_key,
            app_id=self._own.app_id,
            prepay_id=str(answer["prepay_id"]),
            moment=int(now.timestamp()),
            nonce=secrets.token_hex(16),
        )

    def query(self, order: PaymentOrder, *, now: datetime) -> GatewayMessage | None:
        path = f"/v3/pay/transactions/out-trade-no/{order.order_code}?mchid={self._own.merchant}"
        try:
            said = self._ask("GET", path, now=now)
        except _Refused as refusal:
            if refusal.code in {"ORDER_NOT_EXIST", "ORDERNOTEXIST"}:
                return None
            raise GatewayUnreachable(refusal.code) from refusal
        state = str(said.get("trade_state", ""))
        if state not in DECIDED:
            return None
        said = {"transaction_id": "", "amount": {"total": order.amount_fen, "currency": "CNY"}} | said
        try:
            return wechat_v3.transaction_message(f"query:{order.order_code}:{state}", said)
        except (KeyError, TypeError) as failure:
            raise GatewayUnreachable("an answer of an unknown form") from failure

    def close(self, order: PaymentOrder, *, now: datetime) -> None:
        try:
            self._ask(
                "POST",
                f"/v3/pay/transactions/out-trade-no/{order.order_code}/close",
                {"mchid": self._own.merchant},
                now=now,
            )
        except _Refused as refusal:
            if refusal.code not in {"ORDER_CLOSED", "ORDER_NOT_EXIST", "ORDERNOTEXIST"}:
                raise GatewayUnreachable(refusal.code) from refusal

    def send_refund(self, order: RefundOrder, *, now: datetime) -> RefundAnswer:
        """Asking again with the same number asks for its state; WeChat returns money once per number."""
        said = self._ask(
            "POST",
            "/v3/refund/domestic/refunds",
            {
                "transaction_id": order.gateway_reference,
                "out_refund_no": order.refund_uuid.hex,
                "reason": order.reason[:26],  # 80 bytes
                "amount": {"refund": order.amount_fen, "total": order.total_fen, "currency": "CNY"},
            },
            now=now,
        )
        amount = said.get("amount", {})
        if said.get("out_refund_no") != order.refund_uuid.hex or amount.get("refund") != order.amount_fen:
            raise GatewayUnreachable("the answer is about another refund")
        return RefundAnswer(is_done=said.get("status") == "SUCCESS", reference=str(said.get("refund_id", "")))

    def statement(self, day: date, *, now: datetime) -> tuple[StatementLine, ...]:
        try:
            said = self._ask("GET", f"/v3/bill/tradebill?bill_date={day:%Y-%m-%d}&bill_type=ALL", now=now)
        except _Refused as refusal:
            if refusal.code == "NO_STATEMENT_EXIST":
                return ()
            if refusal.code in {"STATEMENT_CREATING", "INVALID_REQUEST"}:
                raise StatementNotReady from refusal
            raise GatewayUnreachable(refusal.code) from refusal
        parts = urlsplit(str(said["download_url"]))
        if f"{parts.scheme}://{parts.netloc}" != self._host:
            raise StatementBroken("the file lies on another host")
        raw = self._send("GET", f"{parts.path}?{parts.query}", "", now=now).content
        if said.get("hash_type") != "SHA1" or hashlib.sha1(raw).hexdigest() != said.get("hash_value"):  # noqa: S324
            raise StatementBroken("the file is not the one the platform announced")
        return read_trade_bill(raw.decode("utf-8-sig"), merchant=self._own.merchant)

    def refresh_keys(self, *, now: datetime) -> int:
        """Fetch the platform's certificates and keep the new ones; return how many were new.

        The list is believed because it opens with the APIv3 key, which only the platform and we have; a certificate
        that is not valid now is left out. Old ones stay: the serial in each message chooses.
        """
        response = self._send("GET", "/v3/certificates", "", now=now)
        fresh = 0
        known = self._certificates()
        for entry in response.json()["data"]:
            pem = wechat_v3.unseal(entry["encrypt_certificate"], self._own.api_key)
            certificate = x509.load_pem_x509_certificate(pem)
            serial = f"{certificate.serial_number:X}"
            if serial in known or not _is_valid(certificate, now) or self._keep is None:
                continue
            self._keep(
                gateway=NAME,
                serial=serial,
                pem=pem.decode(),
                valid_from=certificate.not_valid_before_utc,
                valid_to=certificate.not_valid_after_utc,
                now=now,
            )
            fresh += 1
        self._loaded = {}
        return fresh

    # ---- inside

    def _order(self, order: PaymentOrder) -> dict[str, Any]:
        """What every kind of order says."""
        return {
            "appid": self._own.app_id,
            "mchid": self._own.merchant,
            "description": order.subject[:40],  # 127 bytes, and a hanzi takes three
            "out_trade_no": order.order_code,
            "time_expire": clock.local(order.expires_at).isoformat(timespec="seconds"),
            "notify_url": f"{self._own.site}/pay/callback/{NAME}/",
            "amount": {"total": order.amount_fen, "currency": "CNY"},
        }

    def _key(self, serial: str, now: datetime) -> rsa.RSAPublicKey | None:
        if serial in self._own.public_keys:
            return self._own.public_keys[serial]
        wanted = serial.upper().lstrip("0")
        if wanted not in self._loaded:
            self._loaded = {
                kept.upper().lstrip("0"): x509.load_pem_x509_certificate(pem.encode())
                for kept, pem in self._certificates().items()
            }
        certificate = self._loaded.get(wanted)
        if certificate is None or not _is_valid(certificate, now):
            return None
        key = certificate.public_key()
        return key if isinstance(key, rsa.RSAPublicKey) else None

    def _ask(self, method: str, target: str, body: dict[str, Any] | None = None, *, now: datetime) -> dict[str, Any]:
        """Send, verify the answer's signature, return its JSON. Raises GatewayUnreachable, or _Refused for a 4xx."""
        text = json.dumps(body, ensure_ascii=False) if body is not None else ""
        response = self._send(method, target, text, now=now)
        try:
            wechat_v3.require_signed(
                response.headers, response.content, public_key_of=lambda serial: self._key(serial, now), now=now
            )
            return dict(response.json()) if response.content else {}
        except (SignatureFailed, MessageStale, ValueError) as failure:
            raise GatewayUnreachable("the answer is not signed by the platform") from failure

    def _send(self, method: str, target: str, text: str, *, now: datetime) -> httpx.Response:
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": "xueqiao",
            "Authorization": wechat_v3.authorization(
                key=self._own.private_key,
                merchant=self._own.merchant,
                serial=self._own.serial,
                method=method,
                target=target,
                body=text,
                moment=int(now.timestamp()),
                nonce=secrets.token_hex(16),
            ),
        }
        if self._own.public_keys:
            headers["Wechatpay-Serial"] = next(iter(self._own.public_keys))
        try:
            response = self._client.request(method, self._host + target, content=text.encode(), headers=headers)
        except httpx.HTTPError as broken:
            raise GatewayUnreachable(type(broken).__name__) from broken
        if response.is_success:
            return response
        if response.status_code >= 500 or response.status_code in {401, 429}:
            raise GatewayUnreachable(f"answered {response.status_code}")
        raise _Refused(response)


class _Refused(GatewayUnreachable):
    """The platform said no, with a word of its own."""

    def __init__(self, response: httpx.Response) -> None:
        try:
            self.code = str(response.json()["code"])
        except (ValueError, KeyError, TypeError):
            self.code = f"answered {response.status_code}"
        super().__init__(self.code)


def _is_valid(certificate: x509.Certificate, now: datetime) -> bool:
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc
