import logging
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import httpx
import pytest

from tests.gateways.far_side import PayerSide
from xueqiao.domains.payments.ports import GatewayUnreachable, PayerUnknown
from xueqiao.gateways.payments.wechat_payers import WechatPayers

CODE, OPENID = "051aBc0w3XyZ9k2", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"


@pytest.fixture
def side():
    return PayerSide(codes={CODE: OPENID})


def test_the_browser_is_sent_with_the_silent_scope_and_comes_back_to_our_own_host(side):
    back = f"/pay/inside/{UUID(int=5)}/back/"
    address = side.lookup().authorise_address(payment_uuid=UUID(int=5), back=back, state="a1b2")
    parts = urlsplit(address)
    assert (parts.hostname, parts.path, parts.fragment) == (
        "open.weixin.qq.com",
        "/connect/oauth2/authorize",
        "wechat_redirect",
    )
    assert parse_qsl(parts.query) == [
        ("appid", "wx8888888888888888"),
        ("redirect_uri", f"https://learn.example.org{back}"),
        ("response_type", "code"),
        ("scope", "snsapi_base"),
        ("state", "a1b2"),
    ]


def test_a_code_becomes_the_openid_once(side):
    lookup = side.lookup()
    assert lookup.payer_of(CODE) == OPENID
    asked = side.asked[0].url
    assert (asked.host, asked.path) == ("api.weixin.qq.com", "/sns/oauth2/access_token")
    assert dict(asked.params) == {
        "appid": "wx8888888888888888",
        "secret": side.secret,
        "code": CODE,
        "grant_type": "authorization_code",
    }
    with pytest.raises(PayerUnknown):
        lookup.payer_of(CODE)


@pytest.mark.parametrize(
    "code", ["", "short", "x" * 129, "a b c d e f", "051aBc&secret=1", "051aBc\r\nHost: x", "汉字汉字汉字汉字"]
)
def test_what_is_no_code_is_not_asked_about(side, code):
    with pytest.raises(PayerUnknown):
        side.lookup().payer_of(code)
    assert side.asked == []


@pytest.mark.parametrize("number", [40029, 40163, 41008])
def test_a_spent_code_asks_the_payer_to_press_again(side, number):
    side.answer_with = {"errcode": number, "errmsg": "rid: 1"}
    with pytest.raises(PayerUnknown):
        side.lookup().payer_of(CODE)


@pytest.mark.parametrize(
    "said",
    [
        {"errcode": -1, "errmsg": "system error"},
        {"errcode": 40013, "errmsg": "invalid appid"},
        {"errcode": 40125, "errmsg": "invalid appsecret"},
        {"errcode": 45011, "errmsg": "api minute-quota reach limit"},
        {"errcode": [40029]},
        {"errcode": "40029"},
        {},
        {"openid": None},
        {"openid": 7},
        {"openid": "o" * 65},
        {"openid": "<script>alert(1)</script>"},
        [],
        b"",
        b"<html>",
        b'{"openid":' * 100_000,
        b'{"openid": "' + b"o" * 20_000 + b'"}',
    ],
)
def test_an_answer_that_says_nothing_is_no_answer(side, said):
    side.answer_with = said
    with pytest.raises(GatewayUnreachable):
        side.lookup().payer_of(CODE)


def test_a_slow_company_is_not_waited_for(side):
    side.is_slow = True
    with pytest.raises(GatewayUnreachable):
        side.lookup().payer_of(CODE)
    waits = WechatPayers(app_id="a", app_secret="b", site="https://c")._client.timeout
    assert waits == httpx.Timeout(3.0)


def test_the_secret_is_in_no_log_and_no_refusal(side, caplog, settings):
    loggers = settings.LOGGING["loggers"]
    assert loggers["httpx"]["level"] == "WARNING"  # at INFO it writes the whole address
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(loggers["httpx"]["level"])
    words = []
    for said in ({"errcode": 40013}, b"<html>", None):
        side.answer_with, side.is_slow = said, said is None
        with pytest.raises(GatewayUnreachable) as refusal:
            side.lookup().payer_of(CODE)
        words.append(repr(refusal.value))
    assert "40013" in caplog.text
    assert side.secret not in caplog.text + "".join(words)
