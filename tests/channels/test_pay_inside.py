"""Paying in the browser inside WeChat: the trip to WeChat and back, and what strangers try on the way."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from tests.channels.visit import signed_in
from tests.domains.payments.paying import money_trace, owed
from tests.gateways.far_side import PayerSide, WechatSide
from xueqiao.channels.web.pay import handoff, inside
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.models import Payment
from xueqiao.domains.payments.ports import payer_lookups, payment_gateways
from xueqiao.foundation import clock
from xueqiao.gateways.payments.wechat import WechatGateway

pytestmark = pytest.mark.django_db
INSIDE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.40"
)
CODE, OPENID = "051aBc0w3XyZ9k2", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
STRANGER_CODE, STRANGER = "091stranger0code", "oStrangerStrangerStranger000"


@pytest.fixture
def case():
    case = owed()
    with clock.frozen(case.now):
        yield case


@pytest.fixture
def sides(case):
    gateways, lookups = payment_gateways.use(), payer_lookups.use()
    wechat, payers = WechatSide(case.now), PayerSide({CODE: OPENID, STRANGER_CODE: STRANGER})
    wechat.answers = {
        ("POST", "/v3/pay/transactions/native"): (200, {"code_url": "weixin://wxpay/bizpayurl?pr=x"}),
        ("POST", "/v3/pay/transactions/jsapi"): (200, {"prepay_id": "wx201410272009395522657a690389285100"}),
    }
    payment_gateways.plug(gateways | {"wechat": wechat.gateway()})
    payer_lookups.plug(lookups | {"wechat": payers.lookup()})
    yield wechat, payers
    payment_gateways.plug(gateways)
    payer_lookups.plug(lookups)


def phone_of(person):
    client = signed_in(person)
    client.defaults["HTTP_USER_AGENT"] = INSIDE
    return client


def press(client, case, way="wechat.wechat", **extra):
    return client.post(f"/pay/{case.bill.uuid}/", {"way": way, **extra}, follow=True)


def trip(client, case):
    """Press the button; return the address back that WeChat would call, without the code."""
    page = press(client, case)
    address = next(line for line in page.content.decode().split('"') if line.startswith("https://open.weixin.qq.com/"))
    asked = parse_qs(urlsplit(address.replace("&amp;", "&")).query)
    back = urlsplit(asked["redirect_uri"][0]).path
    return back, asked["state"][0]


def come_back(client, back, state, code=CODE):
    return client.get(back, {"code": code, "state": state})


def orders(wechat):
    return [request.url.path.rsplit("/", 1)[1] for request in wechat.asked]


def test_the_whole_way(case, sides):
    wechat, _ = sides
    client = phone_of(case.world.rider)
    back, state = trip(client, case)
    assert orders(wechat) == []  # nothing is registered before WeChat says who pays
    answer = come_back(client, back, state)
    payment = Payment.objects.get()
    assert answer["Location"] == "/pay/inside/"
    page = client.get(answer["Location"])
    text = page.content.decode()
    assert "prepay_id=wx201410272009395522657a690389285100" in text
    assert "/static/web/inside." in text
    assert "二百四十元" in text
    assert len(page.content) < 30_000
    assert orders(wechat) == ["jsapi"]
    assert OPENID.encode() in wechat.asked[0].content
    message = wechat.notification(payment.order_code, 24000)
    assert payments.take_callback(gateway="wechat", headers=message.headers, body=message.body, now=case.now).verdict
    assert case.fresh().state == "paid"
    assert client.get(answer["Location"])["Location"] == f"/pay/result/{payment.uuid}/"


def test_a_relative_pays_inside_by_the_link_without_an_account(case, sides):
    token = payments.make_pay_link(actor=case.actor, bill_uuid=case.bill.uuid, now=case.now)
    client = Client(HTTP_USER_AGENT=INSIDE)
    page = client.post(f"/pay/by/{token}/", {"way": "wechat.wechat"}, follow=True)
    assert "open.weixin.qq.com" in page.content.decode()
    kept = client.session[handoff.HANDOFF_KEY]
    answer = come_back(client, f"/pay/inside/{kept['payment']}/back/", kept["state"])
    text = client.get(answer["Location"]).content.decode()
    assert f'action="/pay/by/{token}/"' in text  # the ways besides lead back to where she came from
    assert "_auth_user_id" not in client.session


def test_whoever_cannot_open_the_till_gets_a_code_for_another_telephone(case, sides):
    wechat, _ = sides
    client = phone_of(case.world.rider)
    trip(client, case)
    assert "扫这个码付款" in press(client, case, show="code").content.decode()
    assert orders(wechat) == ["native"]
    assert {payment.device for payment in Payment.objects.all()} == {"wechat", "desktop"}


def test_the_same_browser_goes_on_with_its_own_order(case, sides):
    client = phone_of(case.world.rider)
    trip(client, case)
    trip(client, case)
    assert Payment.objects.count() == 1
    trip(phone_of(case.world.rider), case)
    assert Payment.objects.count() == 2


def test_alipay_is_not_offered_where_it_does_not_open(case, sides):
    from tests.gateways.far_side import AlipaySide

    payment_gateways.plug(payment_gateways.use() | {"alipay": AlipaySide(case.now).gateway()})
    assert "alipay.alipay" not in phone_of(case.world.rider).get(f"/pay/{case.bill.uuid}/").content.decode()
    assert "alipay.alipay" in signed_in(case.world.rider).get(f"/pay/{case.bill.uuid}/").content.decode()


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (INSIDE, "wechat"),
        ("Mozilla/5.0 (Windows NT 10.0) MicroMessenger/7.0.20 WindowsWechat(0x63090a13)", "wechat"),
        (INSIDE + " wxwork/4.1.10", "desktop"),
        (INSIDE + " miniProgram/wx1234", "desktop"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile Safari/537.36", "phone"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "desktop"),
        ("", "desktop"),
    ],
)
def test_the_browser_is_known_by_what_it_says(agent, device):
    assert handoff.device_of(agent) == device


# ---- what strangers try. Each answers True when it was turned away and nothing was asked or registered.


def forged_state(case, sides):
    """A stranger's link: his code, a made-up state, the victim's browser."""
    client = phone_of(case.world.rider)
    back, state = trip(client, case)
    before = money_trace(), dict(client.session[handoff.HANDOFF_KEY])
    answers = [come_back(client, back, made, STRANGER_CODE) for made in ("", "0" * 32, state[:-1], state.upper() + "x")]
    answers.append(client.get(back, {"code": STRANGER_CODE}))
    turned_away = all(answer.status_code == 409 for answer in answers)
    untouched = (money_trace(), dict(client.session[handoff.HANDOFF_KEY])) == before
    return turned_away and untouched and sides[0].asked == sides[1].asked == []


def other_sessions_state(case, sides):
    """The stranger began a trip of his own: his code with his state, in the victim's browser and at her attempt."""
    stranger, victim = phone_of(case.world.rider), phone_of(case.world.rider)
    _, his_state = trip(stranger, case)
    back, _ = trip(victim, case)
    answer = come_back(victim, back, his_state, STRANGER_CODE)
    return answer.status_code == 409 and sides[0].asked == sides[1].asked == []


def other_attempts_address(case, sides):
    """Her own state, at the attempt of somebody else."""
    stranger, victim = phone_of(case.world.rider), phone_of(case.world.rider)
    his_back, _ = trip(stranger, case)
    _, state = trip(victim, case)
    answer = come_back(victim, his_back, state)
    return answer.status_code == 409 and sides[0].asked == sides[1].asked == []


def second_use(case, sides):
    """The address back is called twice, as WeChat sometimes does and as a thief of the address would."""
    wechat, payers = sides
    client = phone_of(case.world.rider)
    back, state = trip(client, case)
    first, second = come_back(client, back, state), come_back(client, back, state, STRANGER_CODE)
    same = first["Location"] == second["Location"] == "/pay/inside/"
    return same and len(payers.asked) == 1 and orders(wechat) == ["jsapi"]


def old_state(case, sides):
    client = phone_of(case.world.rider)
    back, state = trip(client, case)
    session = client.session
    session[handoff.HANDOFF_KEY] |= {"asked": session[handoff.HANDOFF_KEY]["asked"] - inside.STATE_SECONDS_MAX - 1}
    session.save()
    answer = come_back(client, back, state)
    return answer["Location"] == f"/pay/{case.bill.uuid}/" and sides[1].asked == []


def payer_kept_nowhere(case, sides):
    """After the whole way no table, session or page holds the payer's name at WeChat."""
    client = phone_of(case.world.rider)
    back, state = trip(client, case)
    page = client.get(come_back(client, back, state)["Location"])
    kept = [repr(session.get_decoded()) for session in Session.objects.all()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s', [f"%{OPENID}%"])
            kept += [OPENID] * cursor.fetchone()[0]
    return OPENID in sides[0].asked[0].content.decode() and OPENID not in page.content.decode() + "".join(kept)


ATTACKS = (forged_state, other_sessions_state, other_attempts_address, second_use, old_state, payer_kept_nowhere)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_strangers_are_turned_away(case, sides, attack):
    assert attack(case, sides)


MUTANTS = {
    "any state is believed": (forged_state, inside, "constant_time_compare", lambda *_: True),
    "a state of any session is believed": (
        other_sessions_state,
        inside,
        "constant_time_compare",
        lambda said, _: len(said) == 32,
    ),
    "a state is not bound to its attempt": (
        other_attempts_address,
        inside,
        "_is_ours",
        lambda kept, _, state: state == kept["state"],
    ),
    "a state is good for a second code": (second_use, inside, "_is_spent", lambda _: False),
    "a state lives for ever": (old_state, inside, "_is_old", lambda _: False),
    "the payer's name stays in the session": (
        payer_kept_nowhere,
        WechatGateway,
        "start_inside",
        lambda self, order, payer, *, now, real=WechatGateway.start_inside: (
            real(self, order, payer, now=now) | {"payer": payer}
        ),
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_planted_bugs_inside_wechat_are_caught(case, sides, name, mutants, monkeypatch):
    attack, place, word, bug = MUTANTS[name]
    monkeypatch.setattr(place, word, bug)
    mutants.tell("payments", f"inside WeChat, {name}", caught=not attack(case, sides))


# ---- what goes wrong without a stranger


@pytest.mark.parametrize(
    ("code", "changes", "words"),
    [
        ("", {}, "微信没有说明是谁在付款"),
        ("091never0given0out", {}, "微信没有说明是谁在付款"),
        (CODE, {"answer_with": {"errcode": 40163}}, "微信没有说明是谁在付款"),
        (CODE, {"answer_with": {"errcode": 40125}}, "现在连不上这家支付公司"),
        (CODE, {"answer_with": b"<html>"}, "现在连不上这家支付公司"),
        (CODE, {"is_slow": True}, "现在连不上这家支付公司"),
    ],
)
def test_what_wechat_does_not_say_is_told_plainly_and_the_seat_stays(case, sides, code, changes, words):
    for name, value in changes.items():
        setattr(sides[1], name, value)
    client = phone_of(case.world.rider)
    back, state = trip(client, case)
    page = client.get(back, {"code": code, "state": state}, follow=True)
    assert page.request["PATH_INFO"] == f"/pay/{case.bill.uuid}/"
    assert words in page.content.decode()
    assert sides[0].asked == []
    assert (case.fresh().state, case.place_state()) == ("due", "held")
    assert come_back(client, back, state).status_code == 409  # that trip is over
    assert "open.weixin.qq.com" in press(client, case).content.decode()


def test_a_till_that_is_down_is_told_plainly_and_the_next_press_begins_anew(case, sides):
    client = phone_of(case.world.rider)
    back, state = trip(client, case)
    sides[0].is_down = True
    page = client.get(back, {"code": CODE, "state": state}, follow=True)
    assert "没有扣您的钱，座位还给您留着" in page.content.decode()
    sides[0].is_down = False
    sides[1].spent.clear()
    back, state = trip(client, case)
    assert come_back(client, back, state)["Location"] == "/pay/inside/"
    assert Payment.objects.count() == 2  # the first number may be known there for this payer already


def test_while_wechat_is_asked_the_page_waits_and_offers_the_other_ways(case, sides):
    client = phone_of(case.world.rider)
    trip(client, case)
    text = client.get("/pay/inside/").content.decode()
    assert 'data-refresh="2"' in text
    assert "换成付款码" in text
    assert "inside.js" not in text


def test_the_rehearsal_goes_the_same_way(case):
    client = phone_of(case.world.rider)
    page = press(client, case, "rehearsal.wechat")
    assert "真的微信在这一步不显示页面" in page.content.decode()
    state = client.session[handoff.HANDOFF_KEY]["state"]
    payment = Payment.objects.get()
    page = client.get(f"/pay/inside/{payment.uuid}/back/", {"code": "agreed", "state": state}, follow=True)
    text = page.content.decode()
    assert f'href="/pay/rehearsal/{payment.uuid}/"' in text
    assert "data-bridge" not in text
    client.post(f"/pay/rehearsal/{payment.uuid}/", {"choice": "pay"})
    assert case.fresh().state == "paid"


def test_a_browser_that_began_nothing_is_sent_home(case):
    assert Client().get("/pay/inside/")["Location"] == "/"


def test_the_page_that_plays_wechat_is_for_rehearsals_only(case, sides):
    client = phone_of(case.world.rider)
    trip(client, case)
    assert client.get(f"/pay/rehearsal/{Payment.objects.get().uuid}/payer/").status_code == 404
