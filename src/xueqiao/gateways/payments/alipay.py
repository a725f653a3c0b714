"""Alipay with RSA2: pay pages for computers and phones, QR codes, query, close, refund, notifications, daily file.

A thin client of our own over httpx and cryptography: see docs/decisions/own-payment-clients.md. Sources:
opendocs.alipay.com, "自行实现签名", "自行实现验签", "异步通知说明"; checked against the vectors of Alipay's own SDK
(tests/conformance/payments).
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

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
from xueqiao.gateways.payments.alipay_bill import read_zip
from xueqiao.gateways.payments.wechat_bill import fen, yuan_text

NAME = "alipay"
GATEWAY = "https://openapi.alipay.com/gateway.do"
AGE_MAX = timedelta(hours=26)  # eight notifications within 25 hours
TIME = "%Y-%m-%d %H:%M:%S"
PAID = {"TRADE_SUCCESS", "TRADE_FINISHED"}
MISSING = "ACQ.TRADE_NOT_EXIST"
BILL_HOSTS = ("alipay.com", "aliyuncs.com")


@dataclass(frozen=True)
class AlipayMerchant:
    """What Alipay gave the merchant. In certificate mode the two serials of `certificate_serial` are sent along."""

    app_id: str
    seller_id: str
    private_key: rsa.RSAPrivateKey = field(repr=False)
    public_key: rsa.RSAPublicKey
    site: str
    app_serial: str = ""
    root_serial: str = ""


def content_of(parameters: Mapping[str, str], *, without: tuple[str, ...] = ("sign",)) -> bytes:
    """What is signed: the parameters that have a value, sorted by name, joined as a=1&b=2."""
    return "&".join(
        f"{name}={parameters[name]}" for name in sorted(parameters) if parameters[name] and name not in without
    ).encode()


def sign(key: rsa.RSAPrivateKey, content: bytes) -> str:
    """RSA2: RSA-SHA256 (PKCS #1 v1.5), base64."""
    return base64.b64encode(key.sign(content, padding.PKCS1v15(), hashes.SHA256())).decode()


def require_signed(key: rsa.RSAPublicKey, content: bytes, signature: str) -> None:
    """Raise SignatureFailed unless the key signed the content."""
    try:
        key.verify(base64.b64decode(signature, validate=True), content, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError) as failure:
        raise SignatureFailed from failure


def load_key(text: str) -> rsa.RSAPrivateKey:
    """A merchant's key as Alipay's tool writes it: PEM or bare base64, PKCS #1 or PKCS #8."""
    loaded: object = None
    if "-----BEGIN" in text:
        loaded = serialization.load_pem_private_key(text.encode(), password=None)
    else:
        try:
            loaded = serialization.load_der_private_key(base64.b64decode(text), password=None)
        except binascii.Error as failure:
            raise ValueError("the key is neither PEM nor base64") from failure
    if not isinstance(loaded, rsa.RSAPrivateKey):
        raise ValueError("RSA2 needs an RSA key")
    return loaded


def load_public_key(text: str) -> rsa.RSAPublicKey:
    """Alipay's key: a certificate, PEM, or bare base64."""
    if "BEGIN CERTIFICATE" in text:
        loaded: object = x509.load_pem_x509_certificates(text.encode())[0].public_key()
    elif "-----BEGIN" in text:
        loaded = serialization.load_pem_public_key(text.encode())
    else:
        loaded = serialization.load_der_public_key(base64.b64decode(text))
    if not isinstance(loaded, rsa.RSAPublicKey):
        raise ValueError("RSA2 needs an RSA key")
    return loaded


def certificate_serial(pem: str, *, is_root: bool = False) -> str:
    """Alipay's own serial of a certificate: MD5 of the issuer (last part first) and the number in decimal.

    The root file holds several certificates; those signed with RSA count, joined by an underscore.
    """
    serials = []
    for text in re.findall(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", pem, re.DOTALL):
        try:
            certificate = x509.load_pem_x509_certificate(text.encode())
        except ValueError:
            if is_root:  # the root file starts with one for SM2, in a form of its own
                continue
            raise
        if is_root and not certificate.signature_algorithm_oid.dotted_string.startswith("1.2.840.113549.1.1"):
            continue
        issuer = ",".join(f"{_short(part.oid)}={part.value!s}" for part in reversed(list(certificate.issuer)))
        named = f"{issuer}{certificate.serial_number}"
        serials.append(hashlib.md5(named.encode(), usedforsecurity=False).hexdigest())
        if not is_root:
            break
    return "_".join(serials)


class AlipayGateway:
    """Implements `ports.PaymentGateway`."""

    name = NAME
    methods: tuple[str, ...] = ("alipay",)
    is_rehearsal = False
    is_local = False

    def __init__(self, merchant: AlipayMerchant, *, client: httpx.Client | None = None, gateway: str = GATEWAY) -> None:
        self._own = merchant
        self.merchant = f"{merchant.app_id}/{merchant.seller_id}"  # both must agree
        self._client = client or httpx.Client(timeout=5.0, follow_redirects=False)
        self._gateway = gateway

    # ---- what comes in

    def read_callback(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> GatewayMessage:
        """A form. A name that comes twice is refused: the signature would cover one and the reader might take another.

        `sign_type` is left out of what is signed. See `ports.PaymentGateway`.
        """
        try:
            pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict")
        except ValueError as failure:
            raise SignatureFailed from failure
        said = dict(pairs)
        if len(said) != len(pairs) or said.get("sign_type", "RSA2") != "RSA2":
            raise SignatureFailed
        content = content_of(said, without=("sign", "sign_type"))
        require_signed(self._own.public_key, content, said.get("sign", ""))
        try:
            sent = datetime.strptime(said["notify_time"], TIME).replace(tzinfo=clock.SHANGHAI)
            if abs(now - sent) > AGE_MAX:
                raise MessageStale
            if not all(said[name] for name in ("notify_id", "out_trade_no", "trade_no", "trade_status")):
                raise KeyError("an empty part")
            return GatewayMessage(
                message_id=said["notify_id"][:64],
                order_code=said["out_trade_no"][:32],
                gateway_reference=said["trade_no"][:64],
                merchant=f"{said['app_id']}/{said['seller_id']}",
                currency=said.get("trans_currency") or "CNY",
                amount_fen=fen(said["total_amount"]),
                state=_state(said["trade_status"], is_refund=bool(said.get("refund_fee"))),
            )
        except (KeyError, ValueError) as failure:
            raise SignatureFailed from failure

    def answer(self, *, is_accepted: bool, words: str) -> tuple[int, str, bytes]:
        """The word success, and nothing else, ends the repeats."""
        return (200 if is_accepted else 422), "text/plain", b"success" if is_accepted else b"fail"

    # ---- what we ask for

    def start(self, order: PaymentOrder, *, now: datetime) -> Handoff:
        """A signed address: Alipay learns of the order when the payer opens it, so nothing is asked here."""
        is_phone = order.device != "desktop"
        content = {
            "out_trade_no": order.order_code,
            "total_amount": yuan_text(order.amount_fen),
            "subject": order.subject[:80],
            "product_code": "QUICK_WAP_WAY" if is_phone else "FAST_INSTANT_TRADE_PAY",
            "time_expire": clock.local(order.expires_at).strftime(TIME),
        }
        method = "alipay.trade.wap.pay" if is_phone else "alipay.trade.page.pay"
        extra = {
            "notify_url": f"{self._own.site}/pay/callback/{NAME}/",
            "return_url": f"{self._own.site}/pay/result/{order.payment_uuid}/",
        }
        return Handoff("page", f"{self._gateway}?{urlencode(self._signed(method, content, now, extra))}")

    def start_by_code(self, order: PaymentOrder, *, now: datetime) -> Handoff:
        """A QR code for the counter's screen (alipay.trade.precreate)."""
        content = {
            "out_trade_no": order.order_code,
            "total_amount": yuan_text(order.amount_fen),
            "subject": order.subject[:80],
        }
        extra = {"notify_url": f"{self._own.site}/pay/callback/{NAME}/"}
        return Handoff("code", str(self._ask("alipay.trade.precreate", content, now=now, extra=extra)["qr_code"]))

    def query(self, order: PaymentOrder, *, now: datetime) -> GatewayMessage | None:
        """A payer who never opened the page has no trade there: None."""
        said = self._ask("alipay.trade.query", {"out_trade_no": order.order_code}, now=now, may_be={MISSING})
        if said.get("sub_code") == MISSING:
            return None
        state = _state(str(said["trade_status"]))
        if state not in {"SUCCESS", "CLOSED"} or said.get("out_trade_no") != order.order_code:
            return None
        return GatewayMessage(
            message_id=f"query:{order.order_code}:{state}",
            order_code=order.order_code,
            gateway_reference=str(said["trade_no"])[:64],
            merchant=self.merchant,  # the answer is signed for our app
            currency=str(said.get("trans_currency") or "CNY"),
            amount_fen=fen(str(said["total_amount"])),
            state=state,
        )

    def close(self, order: PaymentOrder, *, now: datetime) -> None:
        self._ask(
            "alipay.trade.close",
            {"out_trade_no": order.order_code},
            now=now,
            may_be={MISSING, "ACQ.REASON_TRADE_STATUS_INVALID", "ACQ.TRADE_STATUS_ERROR"},
        )

    def send_refund(self, order: RefundOrder, *, now: datetime) -> RefundAnswer:
        """Alipay returns money once per out_request_no. fund_change N may mean "done already": then ask."""
        number = order.refund_uuid.hex
        content = {
            "trade_no": order.gateway_reference,
            "refund_amount": yuan_text(order.amount_fen),
            "refund_reason": order.reason[:80],
            "out_request_no": number,
        }
        said = self._ask("alipay.trade.refund", content, now=now)
        if said.get("fund_change") == "Y":
            return RefundAnswer(is_done=True, reference=number)
        content = {"trade_no": order.gateway_reference, "out_request_no": number}
        said = self._ask("alipay.trade.fastpay.refund.query", content, now=now)
        is_done = said.get("refund_status") == "REFUND_SUCCESS" and said.get("out_request_no") == number
        return RefundAnswer(is_done=is_done, reference=number if is_done else "")

    def statement(self, day: date, *, now: datetime) -> tuple[StatementLine, ...]:
        content = {"bill_type": "trade", "bill_date": f"{day:%Y-%m-%d}"}
        empty = {"isp.bill_not_exist", "isv.NO_BILL_DATA"}
        said = self._ask("alipay.data.dataservice.bill.downloadurl.query", content, now=now, may_be=empty)
        if said.get("sub_code") in empty:
            raise StatementNotReady
        address = str(said["bill_download_url"])
        parts = urlsplit(address)
        if parts.scheme not in {"https", "http"} or not any(
            parts.hostname and parts.hostname.endswith(f".{host}") for host in BILL_HOSTS
        ):
            raise StatementBroken("the file lies on another host")
        try:
            response = self._client.get(parts._replace(scheme="https").geturl())
        except httpx.HTTPError as broken:
            raise GatewayUnreachable(type(broken).__name__) from broken
        if not response.is_success:
            raise GatewayUnreachable(f"answered {response.status_code}")
        return read_zip(response.content)

    # ---- inside

    def _signed(
        self, method: str, content: Mapping[str, str], now: datetime, extra: Mapping[str, str]
    ) -> dict[str, str]:
        parameters = {
            "app_id": self._own.app_id,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": clock.local(now).strftime(TIME),
            "version": "1.0",
            "biz_content": json.dumps(content, ensure_ascii=False, separators=(",", ":")),
            **extra,
        }
        if self._own.app_serial:
            parameters |= {"app_cert_sn": self._own.app_serial, "alipay_root_cert_sn": self._own.root_serial}
        return parameters | {"sign": sign(self._own.private_key, content_of(parameters))}

    def _ask(
        self,
        method: str,
        content: Mapping[str, str],
        *,
        now: datetime,
        extra: Mapping[str, str] | None = None,
        may_be: frozenset[str] | set[str] = frozenset(),
    ) -> dict[str, Any]:
        """Send, verify the signature over the answer's very bytes, return the answer.

        Raises GatewayUnreachable for no answer, an unsigned one, and a refusal whose sub_code is not in `may_be`.
        """
        try:
            response = self._client.post(self._gateway, data=self._signed(method, content, now, extra or {}))
        except httpx.HTTPError as broken:
            raise GatewayUnreachable(type(broken).__name__) from broken
        if not response.is_success:
            raise GatewayUnreachable(f"answered {response.status_code}")
        node = f"{method.replace('.', '_')}_response"
        try:
            text = response.content.decode("utf-8")
            signature = str(json.loads(text)["sign"])
            part = signed_part(text, node)
            require_signed(self._own.public_key, part.encode(), signature)
            said: dict[str, Any] = json.loads(part)
        except (ValueError, KeyError, TypeError, SignatureFailed) as failure:
            raise GatewayUnreachable("the answer is not signed by Alipay") from failure
        if said.get("code") != "10000" and said.get("sub_code") not in may_be:
            raise GatewayUnreachable(str(said.get("sub_code") or said.get("code")))
        return said


def signed_part(text: str, node: str) -> str:
    """The JSON object of `node` exactly as it was sent: the signature covers its bytes, not its meaning.

    Raises ValueError when there is none.
    """
    at = text.index(f'"{node}"') + len(node) + 2
    start = text.index("{", at)
    if text[at:start].strip() != ":":
        raise ValueError(node)
    _, end = json.JSONDecoder().raw_decode(text, start)
    return text[start:end]


def _state(trade_status: str, *, is_refund: bool = False) -> str:
    """Alipay's word in ours. TRADE_CLOSED after a refund says that money went back, not that none came."""
    if is_refund:
        return "REFUND"
    if trade_status in PAID:
        return "SUCCESS"
    return {"TRADE_CLOSED": "CLOSED", "WAIT_BUYER_PAY": "NOTPAY"}.get(trade_status, trade_status[:20])


def _short(oid: x509.ObjectIdentifier) -> str:
    names = {
        NameOID.COMMON_NAME: "CN",
        NameOID.ORGANIZATIONAL_UNIT_NAME: "OU",
        NameOID.ORGANIZATION_NAME: "O",
        NameOID.COUNTRY_NAME: "C",
        NameOID.LOCALITY_NAME: "L",
        NameOID.STATE_OR_PROVINCE_NAME: "ST",
    }
    return names.get(oid, oid.dotted_string)
