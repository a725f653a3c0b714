import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from tests.gateways.far_side import WechatSide, at, certificate, key_named, pem_of, rsa_sign
from xueqiao.domains.payments.ports import (
    GatewayUnreachable,
    PaymentOrder,
    RefundOrder,
    SignatureFailed,
    StatementBroken,
    StatementLine,
    StatementNotReady,
)
from xueqiao.gateways.payments.wechat_bill import write_trade_bill

NOW = at(2026, 3, 4)
ORDER = PaymentOrder(UUID(int=5), "B2603040000017-1", "手机支付与防诈骗", 24000, "wechat", NOW + timedelta(minutes=15))
PAY = "/v3/pay/transactions"
ASK = f"{PAY}/out-trade-no/{ORDER.order_code}"


@pytest.fixture
def side():
    return WechatSide(NOW)


def test_a_computer_gets_a_code_and_a_phone_a_page(side):
    side.answers[("POST", f"{PAY}/native")] = (200, {"code_url": "weixin://wxpay/bizpayurl?pr=x"})
    side.answers[("POST", f"{PAY}/h5")] = (200, {"h5_url": "https://wx.tenpay.com/cgi-bin/x?prepay_id=1"})
    shown = side.gateway().start(ORDER, now=NOW)
    assert (shown.kind, shown.address) == ("code", "weixin://wxpay/bizpayurl?pr=x")
    asked = json.loads(side.asked[0].content)
    assert asked["amount"] == {"total": 24000, "currency": "CNY"}
    assert asked["notify_url"] == "https://learn.example.org/pay/callback/wechat/"
    assert asked["time_expire"] == "2026-03-04T18:15:00+08:00"
    phone = replace(ORDER, device="phone", payer_address="203.0.113.9")
    shown = side.gateway().start(phone, now=NOW)
    assert shown.kind == "page"
    assert shown.address.endswith(
        f"&redirect_url=https%3A%2F%2Flearn.example.org%2Fpay%2Fresult%2F{ORDER.payment_uuid}%2F"
    )
    assert json.loads(side.asked[1].content)["scene_info"]["payer_client_ip"] == "203.0.113.9"


def test_a_request_carries_a_signature_over_what_was_sent(side):
    side.answers[("POST", f"{PAY}/native")] = (200, {"code_url": "x"})
    side.gateway().start(ORDER, now=NOW)
    request = side.asked[0]
    parts = dict(part.split("=", 1) for part in request.headers["authorization"].split(" ", 1)[1].split(","))
    parts = {name: value.strip('"') for name, value in parts.items()}
    text = f"POST\n{PAY}/native\n{parts['timestamp']}\n{parts['nonce_str']}\n{request.content.decode()}\n"
    assert parts["signature"] == rsa_sign(key_named("wechat merchant"), text)


def test_inside_wechat_the_parameters_are_signed(side):
    side.answers[("POST", f"{PAY}/jsapi")] = (200, {"prepay_id": "wx201410272009395522657a690389285100"})
    said = side.gateway().start_inside(ORDER, "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", now=NOW)
    text = f"{side.app_id}\n{said['timeStamp']}\n{said['nonceStr']}\nprepay_id=wx201410272009395522657a690389285100\n"
    assert said["paySign"] == rsa_sign(key_named("wechat merchant"), text)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda side: setattr(side, "is_down", True),
        lambda side: setattr(side, "forges", True),
        lambda side: setattr(side, "key_name", "somebody else"),
        lambda side: setattr(side, "now", NOW - timedelta(minutes=6)),
        lambda side: side.answers.update({("GET", ASK): (500, {"code": "SYSTEM_ERROR"})}),
        lambda side: side.answers.update({("GET", ASK): (401, {"code": "SIGN_ERROR"})}),
        lambda side: side.answers.update({("GET", ASK): (429, {"code": "FREQUENCY_LIMITED"})}),
        lambda side: side.answers.update({("GET", ASK): (200, b"[")}),
        lambda side: side.answers.update({("GET", ASK): (200, {"trade_state": "SUCCESS", "amount": {"total": "1"}})}),
    ],
)
def test_no_answer_or_an_unsigned_one_is_not_believed(side, spoil):
    side.answers[("GET", ASK)] = (200, {"trade_state": "NOTPAY"})
    assert side.gateway().query(ORDER, now=NOW) is None
    spoil(side)
    with pytest.raises(GatewayUnreachable):
        side.gateway().query(ORDER, now=NOW)


def test_what_the_platform_knows_of_an_order(side):
    paid = {
        "trade_state": "SUCCESS",
        "mchid": side.merchant,
        "out_trade_no": ORDER.order_code,
        "transaction_id": "42001",
        "amount": {"total": 24000, "currency": "CNY"},
    }
    side.answers[("GET", ASK)] = (200, paid)
    message = side.gateway().query(ORDER, now=NOW)
    assert (message.state, message.amount_fen, message.gateway_reference) == ("SUCCESS", 24000, "42001")
    assert side.asked[0].url.query == b"mchid=1900000109"
    closed = {"trade_state": "CLOSED", "mchid": side.merchant, "out_trade_no": ORDER.order_code}
    side.answers[("GET", ASK)] = (200, closed)
    assert side.gateway().query(ORDER, now=NOW).state == "CLOSED"
    side.answers[("GET", ASK)] = (404, {"code": "ORDER_NOT_EXIST"})
    assert side.gateway().query(ORDER, now=NOW) is None


def test_closing_twice_is_no_error(side):
    side.answers[("POST", f"{ASK}/close")] = (204, None)
    side.gateway().close(ORDER, now=NOW)
    side.answers[("POST", f"{ASK}/close")] = (400, {"code": "ORDER_CLOSED"})
    side.gateway().close(ORDER, now=NOW)
    side.answers[("POST", f"{ASK}/close")] = (403, {"code": "NO_AUTH"})
    with pytest.raises(GatewayUnreachable):
        side.gateway().close(ORDER, now=NOW)


def test_a_refund_is_done_when_the_platform_says_success(side):
    refund = RefundOrder(UUID(int=9), ORDER.order_code, "42001", 12000, 24000, "退课")
    said = {"refund_id": "50001", "out_refund_no": UUID(int=9).hex, "status": "PROCESSING", "amount": {"refund": 12000}}
    side.answers[("POST", "/v3/refund/domestic/refunds")] = (200, said)
    assert not side.gateway().send_refund(refund, now=NOW).is_done
    said["status"] = "SUCCESS"
    done = side.gateway().send_refund(refund, now=NOW)
    assert (done.is_done, done.reference) == (True, "50001")
    assert json.loads(side.asked[0].content)["amount"] == {"refund": 12000, "total": 24000, "currency": "CNY"}
    said["amount"] = {"refund": 24000}
    with pytest.raises(GatewayUnreachable):
        side.gateway().send_refund(refund, now=NOW)


def test_keys_change_in_mid_stream_without_a_gap(side):
    """Old and new certificate work side by side; before it is fetched the new one is refused and nothing is asked."""
    old, new = certificate(key_named("old"), 0xA1, at(2026, 1, 1)), certificate(key_named("new"), 0xB2, at(2026, 3, 1))
    gone = certificate(key_named("gone"), 0xC3, at(2024, 1, 1))
    side.kept["A1"] = pem_of(old)
    gateway = side.gateway(with_public_key=False)

    def sent(name, serial):
        side.key_name, side.serial = name, serial
        return side.notification(ORDER.order_code, 24000)

    from_old, from_new, from_gone = sent("old", "A1"), sent("new", "0B2"), sent("gone", "C3")
    assert gateway.read_callback(headers=from_old.headers, body=from_old.body, now=NOW).amount_fen == 24000
    with pytest.raises(SignatureFailed):
        gateway.read_callback(headers=from_new.headers, body=from_new.body, now=NOW)
    assert side.asked == []
    listed = [
        {"serial_no": "B2", "encrypt_certificate": side.seal(pem_of(made), "certificate")} for made in (new, gone)
    ]
    side.answers[("GET", "/v3/certificates")] = (200, {"data": listed})
    assert gateway.refresh_keys(now=NOW) == 1
    for message in (from_new, from_old):
        assert gateway.read_callback(headers=message.headers, body=message.body, now=NOW).amount_fen == 24000
    with pytest.raises(SignatureFailed):
        gateway.read_callback(headers=from_gone.headers, body=from_gone.body, now=NOW)
    mixed = replace(from_new, headers=from_new.headers | {"wechatpay-serial": "A1"})
    with pytest.raises(SignatureFailed):
        gateway.read_callback(headers=mixed.headers, body=mixed.body, now=NOW)


LINES = (
    StatementLine("payment", ORDER.order_code, "", "42001", 24000, 144, "SUCCESS", at(2026, 3, 3, 4)),
    StatementLine("refund", ORDER.order_code, "R1", "42001", 12000, -72, "SUCCESS", at(2026, 3, 3, 5)),
)


def announce(side, text):
    raw = text.encode()
    said = {
        "hash_type": "SHA1",
        "hash_value": hashlib.sha1(raw).hexdigest(),
        "download_url": "https://api.mch.weixin.qq.com/v3/billdownload/file?token=t",
    }
    side.answers[("GET", "/v3/bill/tradebill")] = (200, said)
    side.answers[("GET", "/v3/billdownload/file")] = (200, raw)
    return said


def test_the_daily_file_is_fetched_and_read(side):
    announce(side, write_trade_bill(LINES, merchant=side.merchant))
    assert side.gateway().statement(date(2026, 3, 3), now=NOW) == LINES


@pytest.mark.parametrize(
    "spoil",
    [
        lambda said, side: said.update(hash_value="0" * 40),
        lambda said, side: said.update(download_url="https://evil.example/v3/billdownload/file?token=t"),
        lambda said, side: announce(side, write_trade_bill(LINES, merchant="1900000110")),
        lambda said, side: announce(
            side, write_trade_bill(LINES, merchant=side.merchant).replace("`240.00", "`240.01", 2)
        ),
        lambda said, side: announce(
            side, "\r\n".join(write_trade_bill(LINES, merchant=side.merchant).split("\r\n")[:1])
        ),
        lambda said, side: announce(side, write_trade_bill(LINES, merchant=side.merchant).replace("`CNY", "`USD")),
    ],
)
def test_a_file_that_does_not_add_up_is_refused_whole(side, spoil):
    spoil(announce(side, write_trade_bill(LINES, merchant=side.merchant)), side)
    with pytest.raises(StatementBroken):
        side.gateway().statement(date(2026, 3, 3), now=NOW)


def test_a_day_without_trade_and_a_file_not_made_yet(side):
    side.answers[("GET", "/v3/bill/tradebill")] = (400, {"code": "NO_STATEMENT_EXIST"})
    assert side.gateway().statement(date(2026, 3, 3), now=NOW) == ()
    side.answers[("GET", "/v3/bill/tradebill")] = (400, {"code": "STATEMENT_CREATING"})
    with pytest.raises(StatementNotReady):
        side.gateway().statement(date(2026, 3, 3), now=NOW)
