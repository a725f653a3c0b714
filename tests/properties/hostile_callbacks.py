"""Hostile messages of payment companies: more than two hundred kinds, each in five orders of arrival.

A kind makes one message about one order. What it may do is said beside it:

- `refused`: moves nothing and is not answered as received, so that an honest gateway would send it again;
- `ignored`: moves nothing, answered as received: it is honest and says nothing new;
- `fails`: ends the attempt; the order can still be paid;
- `pays`: an honest payment in an odd coat.

`callback_storm` sends a kind among good messages and checks that the order is paid once or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tests.gateways.far_side import AlipaySide, WechatSide, key_named, rsa_sign
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.models import Payment
from xueqiao.domains.payments.ports import SignedMessage, payment_gateways
from xueqiao.gateways.payments.rehearsal import MERCHANT

REFUSED, IGNORED, FAILS, PAYS = "refused", "ignored", "fails", "pays"
AMOUNT = 24000
H, G = "hostile", "good"
ARRIVALS = {
    "before": (H, G),
    "after": (G, H),
    "twice before": (H, H, G),
    "between": (G, H, G),
    "around": (H, G, H),
}


@dataclass(frozen=True)
class Kind:
    """One way to be hostile. shift: how much later than it was signed it arrives."""

    scheme: str
    name: str
    effect: str
    make: Callable[[Any, Payment], SignedMessage]
    shift: timedelta = timedelta(0)


class RehearsalSide(WechatSide):
    """The rehearsal's far side, written a second time."""

    @property
    def key(self) -> Any:
        return self._keys.private_key

    @classmethod
    def of(cls, now: datetime) -> RehearsalSide:
        keys = payments.gateway_named("rehearsal").keys
        side = cls(now, merchant=MERCHANT, api_key=keys.api_key, serial=keys.serial)
        side._keys = keys
        return side


def sides(now: datetime) -> dict[str, Any]:
    """Far sides of the three schemes; the real two are plugged in."""
    wechat, alipay = WechatSide(now), AlipaySide(now)
    payment_gateways.plug(payment_gateways.use() | {"wechat": wechat.gateway(), "alipay": alipay.gateway()})
    return {"rehearsal": RehearsalSide.of(now), "wechat": wechat, "alipay": alipay}


# ---- the form of WeChat Pay: real and rehearsal


def inner(side: WechatSide, payment: Payment) -> dict[str, Any]:
    return {
        "mchid": side.merchant,
        "appid": side.app_id,
        "out_trade_no": payment.order_code,
        "transaction_id": f"4200{payment.order_code}",
        "trade_state": "SUCCESS",
        "amount": {"total": payment.amount_fen, "currency": "CNY"},
    }


def good_wechat(side: WechatSide, payment: Payment) -> SignedMessage:
    return side.message(inner(side, payment), message_id=f"EV-{payment.order_code}", event="TRANSACTION.SUCCESS")


def _header(name: str, value: str | None) -> Callable[[Any, Payment], SignedMessage]:
    def make(side: WechatSide, payment: Payment) -> SignedMessage:
        message = good_wechat(side, payment)
        headers = {key: kept for key, kept in message.headers.items() if key != name}
        return replace(message, headers=headers if value is None else headers | {name: value})

    return make


def _signature(change: Callable[[str], str]) -> Callable[[Any, Payment], SignedMessage]:
    def make(side: WechatSide, payment: Payment) -> SignedMessage:
        message = good_wechat(side, payment)
        changed = {"wechatpay-signature": change(message.headers["wechatpay-signature"])}
        return replace(message, headers=message.headers | changed)

    return make


def _body(change: Callable[[bytes], bytes]) -> Callable[[Any, Payment], SignedMessage]:
    return lambda side, payment: replace(good_wechat(side, payment), body=change(good_wechat(side, payment).body))


def _signed_body(change: Callable[[dict[str, Any]], Any]) -> Callable[[Any, Payment], SignedMessage]:
    """The platform itself signs a strange envelope."""

    def make(side: WechatSide, payment: Payment) -> SignedMessage:
        said = change(json.loads(good_wechat(side, payment).body))
        raw = said if isinstance(said, bytes) else json.dumps(said).encode()
        return SignedMessage(side.headers(raw), raw)

    return make


def _resource(**changes: Any) -> Callable[[Any, Payment], SignedMessage]:
    def change(body: dict[str, Any]) -> dict[str, Any]:
        resource = {**body["resource"], **changes}
        return body | {"resource": {name: value for name, value in resource.items() if value is not ...}}

    return _signed_body(change)


def _sealed(said: Callable[[dict[str, Any]], Any], *, event: str = "TRANSACTION.SUCCESS", message_id: str = "") -> Any:
    """Properly sealed and signed, with anything inside."""

    def make(side: WechatSide, payment: Payment) -> SignedMessage:
        number = message_id or f"EV-h-{payment.order_code}"
        return side.message(said(inner(side, payment)), message_id=number, event=event)

    return make


def _says(**changes: Any) -> Any:
    return _sealed(lambda said: {name: value for name, value in (said | changes).items() if value is not ...})


def _amount(**changes: Any) -> Any:
    return _sealed(
        lambda said: (
            said | {"amount": {name: value for name, value in (said["amount"] | changes).items() if value is not ...}}
        )
    )


def _with_key(name: str) -> Callable[[Any, Payment], SignedMessage]:
    def make(side: WechatSide, payment: Payment) -> SignedMessage:
        message = good_wechat(side, payment)
        head = message.headers
        text = f"{head['wechatpay-timestamp']}\n{head['wechatpay-nonce']}\n{message.body.decode()}\n"
        return replace(message, headers=head | {"wechatpay-signature": rsa_sign(key_named(name), text)})

    return make


def _other_api_key(side: WechatSide, payment: Payment) -> SignedMessage:
    kept, side.api_key = side.api_key, b"x" * 32
    try:
        return good_wechat(side, payment)
    finally:
        side.api_key = kept


def _refund_news(status: str) -> Any:
    return _sealed(
        lambda said: (
            said
            | {
                "refund_id": "5",
                "out_refund_no": "R",
                "refund_status": status,
                "amount": {"total": AMOUNT, "refund": AMOUNT},
            }
        ),
        event=f"REFUND.{status}",
    )


def wechat_kinds(scheme: str) -> Iterator[Kind]:
    """The kinds of the WeChat form."""

    def kind(name: str, effect: str, make: Any, **shift: Any) -> Kind:
        return Kind(scheme, name, effect, make, timedelta(**shift))

    good = good_wechat
    yield kind("honest", PAYS, good)
    yield kind("honest, four minutes on its way", PAYS, good, minutes=4)
    yield kind("played again after ten minutes", REFUSED, good, minutes=10)
    yield kind("from six minutes ahead", REFUSED, good, minutes=-6)
    yield kind("a day old", REFUSED, good, days=1)
    for name in ("serial", "signature", "timestamp", "nonce"):
        yield kind(f"without {name}", REFUSED, _header(f"wechatpay-{name}", None))
        yield kind(f"empty {name}", REFUSED, _header(f"wechatpay-{name}", ""))
    for value in ("0" * 40, "PUB_KEY_ID_0", "../../etc/passwd", "1' OR '1'='1", "é", "A" * 5000, "-1", "0x10"):
        yield kind(f"serial {value[:20]}", REFUSED, _header("wechatpay-serial", value))
    for value in ("-1", "1.5", "1e9", "٢٠٢٦", "9" * 30, "1772619000000", " ", "now", "0"):
        yield kind(f"time {value[:14]}", REFUSED, _header("wechatpay-timestamp", value))
    yield kind("another nonce", REFUSED, _header("wechatpay-nonce", "f" * 32))
    yield kind("a line feed in the nonce", REFUSED, _header("wechatpay-nonce", "a\nb"))
    yield kind("another algorithm", REFUSED, _header("wechatpay-signature-type", "WECHATPAY2-SM2-WITH-SM3"))
    yield kind("no algorithm named", PAYS, _header("wechatpay-signature-type", None))
    yield kind("signature of a stranger", REFUSED, _with_key("stranger"))
    yield kind("signature of the other company", REFUSED, _with_key("alipay"))
    yield kind("signature of the merchant itself", REFUSED, _with_key("wechat merchant"))
    yield kind("probe", REFUSED, _signature(lambda s: f"WECHATPAY/SIGNTEST/{s}"))
    yield kind("probe alone", REFUSED, _signature(lambda _: "WECHATPAY/SIGNTEST/"))
    yield kind("signature cut", REFUSED, _signature(lambda s: s[:-8]))
    yield kind("signature doubled", REFUSED, _signature(lambda s: s + s))
    yield kind("signature reversed", REFUSED, _signature(lambda s: s[::-1]))
    yield kind("signature no base64", REFUSED, _signature(lambda _: "%%%"))
    yield kind("signature of zeros", REFUSED, _signature(lambda _: "AAAA" * 86))
    yield kind("signature in hexadecimal", REFUSED, _signature(lambda s: s.encode().hex()))
    yield kind("signature not ASCII", REFUSED, _signature(lambda _: "签名"))
    for share in (0.1, 0.25, 0.5, 0.75, 0.95):
        yield kind(f"body cut at {share}", REFUSED, _body(lambda raw, share=share: raw[: int(len(raw) * share)]))
    changed = {
        "one byte more": lambda raw: raw + b" ",
        "one byte less": lambda raw: raw[:-1],
        "one byte other": lambda raw: raw.replace(b"encrypt", b"encrupt"),
        "mark of byte order": lambda raw: b"\xef\xbb\xbf" + raw,
        "empty": lambda _: b"",
        "not UTF-8": lambda raw: b"\xff\xfe" + raw,
        "NUL": lambda raw: raw + b"\0",
        "huge": lambda raw: raw + b" " * 60_000,
        "deep": lambda _: b"[" * 50_000,
        "form": lambda _: b"id=1&resource=2",
        "xml": lambda _: b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>",
    }
    for name, change in changed.items():
        yield kind(f"body {name}", REFUSED, _body(change))
    strange = {
        "null": lambda _: None,
        "list": lambda body: [body],
        "number": lambda _: 7,
        "text": lambda _: "SUCCESS",
        "empty object": lambda _: {},
        "deep": lambda _: b"[" * 20_000,
        "not JSON": lambda _: b"{",
        "resource null": lambda body: body | {"resource": None},
        "resource list": lambda body: body | {"resource": []},
        "no event": lambda body: {k: v for k, v in body.items() if k != "event_type"},
        "no id": lambda body: {k: v for k, v in body.items() if k != "id"},
        "plain instead of sealed": lambda body: body | {"resource": {"trade_state": "SUCCESS"}},
    }
    for name, change in strange.items():
        yield kind(f"signed {name}", REFUSED, _signed_body(change))
    for name in ("algorithm", "nonce", "ciphertext", "associated_data"):
        yield kind(f"seal without {name}", REFUSED, _resource(**{name: ...}))
        yield kind(f"seal with number as {name}", REFUSED, _resource(**{name: 7}))
    yield kind("seal algorithm none", REFUSED, _resource(algorithm="none"))
    yield kind("seal nonce short", REFUSED, _resource(nonce="abc"))
    yield kind("seal nonce other", REFUSED, _resource(nonce="abcdef012346"))
    yield kind("seal for another purpose", REFUSED, _resource(associated_data="refund"))
    yield kind("seal torn", REFUSED, _resource(ciphertext="AAAA"))
    yield kind("sealed with another key", REFUSED, _other_api_key)
    yield kind("sealed list", REFUSED, _sealed(lambda said: [said]))
    yield kind("sealed null", REFUSED, _sealed(lambda _: None))
    yield kind("sealed text", REFUSED, _sealed(lambda _: "SUCCESS"))
    for name in ("mchid", "out_trade_no", "transaction_id", "trade_state", "amount"):
        yield kind(f"no {name}", REFUSED, _says(**{name: ...}))
        yield kind(f"{name} null", REFUSED, _says(**{name: None}))
    for name in ("total", "currency"):
        yield kind(f"amount without {name}", REFUSED, _amount(**{name: ...}))
        yield kind(f"amount {name} null", REFUSED, _amount(**{name: None}))
    for total in (AMOUNT - 1, AMOUNT + 1, 0, -AMOUNT, 1, AMOUNT * 100, AMOUNT // 100, 2**63, 2**70):
        yield kind(f"amount {total}", REFUSED, _amount(total=total))
    for total in ("24000", 24000.0, True, [24000], {"fen": 24000}):
        yield kind(f"amount as {type(total).__name__}", REFUSED, _amount(total=total))
    for currency in ("USD", "HKD", "cny", "", "CNY ", "人民币"):
        yield kind(f"currency {currency!r}", REFUSED, _amount(currency=currency))
    for merchant in ("1900000110", "", "1900000109 ", "01900000109", 1):
        yield kind(f"merchant {merchant!r}", REFUSED, _says(mchid=merchant))
    for order in ("B2603040000000-9", "", "' OR 1=1 --", "../1", "单", "x" * 400, None, 0):
        yield kind(f"order {str(order)[:14]!r}", REFUSED, _says(out_trade_no=order))
    yield kind("order with a space", REFUSED, _sealed(lambda said: said | {"out_trade_no": said["out_trade_no"] + " "}))
    yield kind("order in lower case", REFUSED, _sealed(lambda s: s | {"out_trade_no": s["out_trade_no"].lower()}))
    for state in ("CLOSED", "REVOKED", "PAYERROR"):
        yield kind(f"state {state}", FAILS, _says(trade_state=state))
    for state in ("NOTPAY", "USERPAYING", "REFUND", "ACCEPT", "success", "SUCCESS ", "", "成功", "x" * 300):
        yield kind(f"state {state[:10]!r}", IGNORED, _says(trade_state=state))
    for status in ("SUCCESS", "CLOSED", "ABNORMAL"):
        yield kind(f"refund news {status}", IGNORED, _refund_news(status))
    yield kind("transaction of another order", REFUSED, _says(transaction_id="4200PAID"))
    yield kind("message number of another order", REFUSED, _sealed(lambda said: said, message_id="EV-PAID"))
    yield kind("same transaction, new message", PAYS, _sealed(lambda said: said))


# ---- the form of Alipay


def parts(side: AlipaySide, payment: Payment) -> dict[str, str]:
    message = good_alipay(side, payment)
    said = dict(parse_qsl(message.body.decode(), keep_blank_values=True))
    return {name: value for name, value in said.items() if name not in {"sign", "sign_type"}}


def good_alipay(side: AlipaySide, payment: Payment) -> SignedMessage:
    total = f"{payment.amount_fen // 100}.{payment.amount_fen % 100:02d}"
    return side.notification(payment.order_code, total, message_id=f"N-{payment.order_code}")


def _signed_parts(**changes: Any) -> Callable[[Any, Payment], SignedMessage]:
    def make(side: AlipaySide, payment: Payment) -> SignedMessage:
        said = parts(side, payment) | {"notify_id": f"N-h-{payment.order_code}"} | changes
        return side.sign({name: value for name, value in said.items() if value is not ...})

    return make


def _unsigned(**changes: Any) -> Callable[[Any, Payment], SignedMessage]:
    def make(side: AlipaySide, payment: Payment) -> SignedMessage:
        message = good_alipay(side, payment)
        said = dict(parse_qsl(message.body.decode(), keep_blank_values=True)) | changes
        body = urlencode({name: value for name, value in said.items() if value is not ...})
        return replace(message, body=body.encode())

    return make


def _raw(change: Callable[[bytes], bytes]) -> Callable[[Any, Payment], SignedMessage]:
    return lambda side, payment: replace(good_alipay(side, payment), body=change(good_alipay(side, payment).body))


def _with_alipay_key(name: str) -> Callable[[Any, Payment], SignedMessage]:
    def make(side: AlipaySide, payment: Payment) -> SignedMessage:
        kept, side.key_name = side.key_name, name
        try:
            return good_alipay(side, payment)
        finally:
            side.key_name = kept

    return make


def alipay_kinds() -> Iterator[Kind]:
    """The kinds of Alipay's form."""

    def kind(name: str, effect: str, make: Any, **shift: Any) -> Kind:
        return Kind("alipay", name, effect, make, timedelta(**shift))

    yield kind("honest", PAYS, good_alipay)
    yield kind("honest, repeated for a day", PAYS, good_alipay, hours=25)
    yield kind("two days old", REFUSED, good_alipay, days=2)
    yield kind("from two days ahead", REFUSED, good_alipay, days=-2)
    for name in ("stranger", "wechat platform", "alipay merchant"):
        yield kind(f"signature of {name}", REFUSED, _with_alipay_key(name))
    for name in ("notify_id", "app_id", "seller_id", "out_trade_no", "trade_no", "trade_status", "total_amount"):
        yield kind(f"{name} changed", REFUSED, _unsigned(**{name: "1"}))
        yield kind(f"{name} taken out", REFUSED, _unsigned(**{name: ...}))
        yield kind(f"signed without {name}", REFUSED, _signed_parts(**{name: ...}))
        yield kind(f"signed with empty {name}", REFUSED, _signed_parts(**{name: ""}))
    yield kind("signed without time", REFUSED, _signed_parts(notify_time=...))
    for value in ("yesterday", "2026-03-04", "2026-13-40 00:00:00", ""):
        yield kind(f"signed time {value!r}", REFUSED, _signed_parts(notify_time=value))
    for value in ("", "%%%", "AAAA", "签名"):
        yield kind(f"sign {value!r}", REFUSED, _unsigned(sign=value))
    yield kind("without sign", REFUSED, _unsigned(sign=...))
    for value in ("RSA", "MD5", "none", "rsa2"):
        yield kind(f"sign type {value}", REFUSED, _unsigned(sign_type=value))
    yield kind("without sign type", PAYS, _unsigned(sign_type=...))
    yield kind("one parameter more", REFUSED, _unsigned(extra="1"))
    for total in (
        "239.99",
        "240.01",
        "0.00",
        "-240.00",
        "24000",
        "240.000",
        "2.4e2",
        "0x18",
        "240,00",
        "２４０.00",
        "NaN",
    ):
        yield kind(f"signed amount {total}", REFUSED, _signed_parts(total_amount=total))
    yield kind("signed amount 240", PAYS, _signed_parts(total_amount="240"))
    yield kind("signed amount 240.0", PAYS, _signed_parts(total_amount="240.0"))
    yield kind("signed amount with a plus", REFUSED, _signed_parts(total_amount="+240.00"))
    for currency in ("USD", "HKD", "cny"):
        yield kind(f"signed currency {currency}", REFUSED, _signed_parts(trans_currency=currency))
    yield kind("another seller", REFUSED, _signed_parts(seller_id="2088000000000000"))
    yield kind("another app", REFUSED, _signed_parts(app_id="2021000000000000"))
    for order in ("B2603040000000-9", "' OR 1=1 --", "单", "x" * 400):
        yield kind(f"signed order {order[:14]!r}", REFUSED, _signed_parts(out_trade_no=order))
    yield kind("signed close", FAILS, _signed_parts(trade_status="TRADE_CLOSED"))
    yield kind("signed finish", PAYS, _signed_parts(trade_status="TRADE_FINISHED"))
    for state in ("WAIT_BUYER_PAY", "TRADE_PENDING", "success", "TRADE_SUCCESS "):
        yield kind(f"signed state {state!r}", IGNORED, _signed_parts(trade_status=state))
    yield kind("refund before pay", IGNORED, _signed_parts(refund_fee="240.00"))
    yield kind("close after a refund", IGNORED, _signed_parts(trade_status="TRADE_CLOSED", refund_fee="240.00"))
    yield kind("transaction of another order", REFUSED, _signed_parts(trade_no="2026PAID"))
    yield kind("message number of another order", REFUSED, _signed_parts(notify_id="N-PAID"))
    for share in (0.25, 0.5, 0.9):
        yield kind(f"body cut at {share}", REFUSED, _raw(lambda raw, share=share: raw[: int(len(raw) * share)]))
    doubled = {
        "amount twice": lambda raw: raw + b"&total_amount=0.01",
        "order twice": lambda raw: b"out_trade_no=B2603040000000-9&" + raw,
        "sign twice": lambda raw: raw + b"&sign=AAAA",
        "same amount twice": lambda raw: raw + b"&total_amount=240.00",
        "empty": lambda _: b"",
        "JSON": lambda _: b'{"trade_status":"TRADE_SUCCESS"}',
        "not ASCII": lambda raw: raw + "&x=钱".encode(),
        "NUL": lambda raw: raw + b"\0",
        "huge": lambda raw: raw + b"&x=" + b"1" * 60_000,
        "a hundred thousand ampersands": lambda raw: raw + b"&" * 60_000,
        "bad percent": lambda raw: raw + b"&x=%ff%fe",
        "the other company's": lambda _: b'{"id":"EV-1","resource":{}}',
    }
    for name, change in doubled.items():
        yield kind(f"body {name}", REFUSED, _raw(change))


def all_kinds() -> list[Kind]:
    """Every kind of every scheme; names are unique within a scheme."""
    kinds = [*wechat_kinds("rehearsal"), *wechat_kinds("wechat"), *alipay_kinds()]
    assert len({(kind.scheme, kind.name) for kind in kinds}) == len(kinds)
    return kinds
