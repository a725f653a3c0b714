"""The signatures of WeChat Pay API v3, as pure functions: used by the real gateway and by the rehearsal alike.

Sources: pay.weixin.qq.com/doc/v3/merchant, "签名生成", "签名验证", "证书和回调报文解密". Checked against the vectors of
Tencent's own SDK (tests/conformance/payments).
"""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from xueqiao.domains.payments.ports import GatewayMessage, MessageStale, SignatureFailed

AGE_MAX = timedelta(minutes=5)
SCHEMA = "WECHATPAY2-SHA256-RSA2048"
PROBE = "WECHATPAY/SIGNTEST/"  # WeChat sends such signatures to see whether we really check: they must fail

PublicKeyOf = Callable[[str], rsa.RSAPublicKey | None]


def signed_text(*lines: str | bytes) -> bytes:
    """What is signed: every part a line, the last one ended by a line feed too."""
    return b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in lines)


def sign(key: rsa.RSAPrivateKey, text: bytes) -> str:
    """RSA-SHA256 (PKCS #1 v1.5), base64."""
    return base64.b64encode(key.sign(text, padding.PKCS1v15(), hashes.SHA256())).decode()


def authorization(
    *, key: rsa.RSAPrivateKey, merchant: str, serial: str, method: str, target: str, body: str, moment: int, nonce: str
) -> str:
    """The Authorization header of a request. target: path with query. body: "" for a GET."""
    signature = sign(key, signed_text(method, target, str(moment), nonce, body))
    return (
        f'{SCHEMA} mchid="{merchant}",nonce_str="{nonce}",signature="{signature}",'
        f'timestamp="{moment}",serial_no="{serial}"'
    )


def inside_parameters(
    key: rsa.RSAPrivateKey, *, app_id: str, prepay_id: str, moment: int, nonce: str
) -> dict[str, str]:
    """The six parameters of getBrandWCPayRequest, "JSAPI调起支付签名". moment: in seconds, not milliseconds."""
    package = f"prepay_id={prepay_id}"
    return {
        "appId": app_id,
        "timeStamp": str(moment),
        "nonceStr": nonce,
        "package": package,
        "signType": "RSA",
        "paySign": sign(key, signed_text(app_id, str(moment), nonce, package)),
    }


def require_signed(headers: Mapping[str, str], body: bytes, *, public_key_of: PublicKeyOf, now: datetime) -> None:
    """Raise SignatureFailed unless the platform signed this body, then MessageStale unless it did so just now.

    Header names are lower case. The serial chooses the key, so old and new keys work side by side while the platform
    changes them; an unknown serial is refused and never makes us ask the network, or anybody could make us ask.
    """
    signature = headers.get("wechatpay-signature", "")
    moment, nonce = headers.get("wechatpay-timestamp", ""), headers.get("wechatpay-nonce", "")
    if signature.startswith(PROBE) or headers.get("wechatpay-signature-type", SCHEMA) != SCHEMA:
        raise SignatureFailed
    key = public_key_of(headers.get("wechatpay-serial", ""))
    if key is None or not (moment.isascii() and moment.isdigit()):
        raise SignatureFailed
    try:
        key.verify(
            base64.b64decode(signature, validate=True),
            signed_text(moment, nonce, body),
            padding.PKCS1v15(),
            hashes.SHA256(),
        )
    except (InvalidSignature, ValueError) as failure:
        raise SignatureFailed from failure
    if len(moment) > 12 or abs(now.timestamp() - int(moment)) > AGE_MAX.total_seconds():
        raise MessageStale


def unseal(resource: Mapping[str, Any], api_key: bytes) -> bytes:
    """Open a sealed part (AEAD_AES_256_GCM). Raises SignatureFailed when it does not open with this key."""
    try:
        if resource["algorithm"] != "AEAD_AES_256_GCM":
            raise SignatureFailed
        return AESGCM(api_key).decrypt(
            resource["nonce"].encode(),
            base64.b64decode(resource["ciphertext"], validate=True),
            resource.get("associated_data", "").encode(),
        )
    except (InvalidTag, ValueError, KeyError, TypeError, AttributeError) as failure:
        raise SignatureFailed from failure


def read_notification(
    headers: Mapping[str, str], body: bytes, *, public_key_of: PublicKeyOf, api_key: bytes, now: datetime
) -> GatewayMessage:
    """Verify, look at the age, open, and only then read. Raises SignatureFailed or MessageStale."""
    require_signed(headers, body, public_key_of=public_key_of, now=now)
    try:  # RecursionError: signed, but nested too deep to be read
        envelope = json.loads(body)
        opened = json.loads(unseal(envelope["resource"], api_key))
        number = _text(envelope, "id")
        if not number:
            raise KeyError("id")
        is_refund = _text(envelope, "event_type").startswith("REFUND.")
        return refund_message(number, opened) if is_refund else transaction_message(number, opened)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as failure:
        raise SignatureFailed from failure


def transaction_message(message_id: str, transaction: Mapping[str, Any]) -> GatewayMessage:
    """Read a transaction. Raises KeyError or TypeError for one that is not of the documented form."""
    amount, state = transaction["amount"], _text(transaction, "trade_state")
    total = amount["total"]
    if not isinstance(total, int) or isinstance(total, bool):
        raise TypeError("an amount is a whole number of fen")
    if state == "SUCCESS" and not transaction["transaction_id"]:
        raise KeyError("transaction_id")
    return GatewayMessage(
        message_id=message_id[:64],
        order_code=_text(transaction, "out_trade_no")[:32],
        gateway_reference=_text(transaction, "transaction_id")[:64],
        merchant=_text(transaction, "mchid"),
        currency=_text(amount, "currency"),
        amount_fen=total,
        state=state,
    )


def _text(said: Mapping[str, Any], name: str) -> str:
    """A part that must be text: null and numbers turned into words would be believed by accident."""
    value = said[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def refund_message(message_id: str, refund: Mapping[str, Any]) -> GatewayMessage:
    """Read news of a refund. It moves nothing here: what goes back is asked for, and its state is asked about."""
    return GatewayMessage(
        message_id=message_id[:64],
        order_code=str(refund["out_trade_no"])[:32],
        gateway_reference=str(refund["transaction_id"])[:64],
        merchant=str(refund["mchid"]),
        currency="CNY",
        amount_fen=int(refund["amount"]["total"]),
        state=f"REFUND.{refund['refund_status']}"[:32],
    )


def answer(*, is_accepted: bool, words: str) -> tuple[int, str, bytes]:
    """200 and SUCCESS ends the repeats; anything else asks for the message again."""
    code = "SUCCESS" if is_accepted else "FAIL"
    return (200 if is_accepted else 422), "application/json", json.dumps({"code": code, "message": words}).encode()
