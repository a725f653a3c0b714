"""The page between ours and the payment company's."""

import pytest
from django.test import Client

from tests.channels.visit import signed_in
from tests.domains.payments.paying import owed
from tests.gateways.far_side import AlipaySide, WechatSide
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.models import Payment
from xueqiao.domains.payments.ports import payment_gateways
from xueqiao.foundation import clock

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
INSIDE = PHONE + " MicroMessenger/8.0.40"


@pytest.fixture
def case():
    case = owed()
    with clock.frozen(case.now):
        yield case


@pytest.fixture
def sides(case):
    plugged = payment_gateways.use()
    wechat, alipay = WechatSide(case.now), AlipaySide(case.now)
    wechat.answers = {
        ("POST", "/v3/pay/transactions/native"): (200, {"code_url": "weixin://wxpay/bizpayurl?pr=x"}),
        ("POST", "/v3/pay/transactions/h5"): (200, {"h5_url": "https://wx.tenpay.com/x?prepay_id=1"}),
    }
    payment_gateways.plug(plugged | {"wechat": wechat.gateway(), "alipay": alipay.gateway()})
    yield wechat, alipay
    payment_gateways.plug(plugged)


def start(case, way, agent="Mozilla/5.0 (X11; Linux x86_64)"):
    client = signed_in(case.world.rider)
    return client.post(f"/pay/{case.bill.uuid}/", {"way": way}, follow=True, headers={"User-Agent": agent})


def test_wechat_on_a_computer_shows_a_code_to_scan(case, sides):
    page = start(case, "wechat.wechat")
    text = page.content.decode()
    assert page.status_code == 200
    assert "扫这个码付款" in text
    assert "二百四十元" in text
    assert "<svg" in text
    assert "https://wx.tenpay.com" not in text
    assert len(page.content) < 30_000


def test_wechat_on_a_phone_is_a_button_that_names_the_host(case, sides):
    text = start(case, "wechat.wechat", PHONE).content.decode()
    assert "接下来打开的网址是 wx.tenpay.com" in text
    assert 'href="https://wx.tenpay.com/x?prepay_id=1&amp;redirect_url=' in text


def test_inside_wechat_one_is_told_how_to_pay(case, sides):
    assert "在浏览器打开" in start(case, "wechat.wechat", INSIDE).content.decode()


def test_alipay_is_a_button(case, sides):
    assert "接下来打开的网址是 openapi.alipay.com" in start(case, "alipay.alipay").content.decode()


def test_the_way_is_known_only_to_the_browser_that_started(case, sides):
    start(case, "wechat.wechat")
    payment = Payment.objects.get()
    answer = signed_in(case.world.elder).get(f"/pay/go/{payment.uuid}/")
    assert answer.status_code == 302
    assert "pay/result" in answer["Location"]


def test_a_company_that_is_down_is_said_plainly_and_the_seat_stays(case, sides):
    sides[0].is_down = True
    page = start(case, "wechat.wechat")
    text = page.content.decode()
    assert page.status_code == 200
    assert "没有扣您的钱，座位还给您留着" in text
    assert (case.fresh().state, case.place_state()) == ("due", "held")
    sides[0].is_down = False
    assert "扫这个码付款" in start(case, "wechat.wechat").content.decode()
    assert Payment.objects.count() == 1


def test_who_is_faster_than_the_message_is_not_shown_the_bill_again(case, sides):
    client = signed_in(case.world.rider)
    client.post(f"/pay/{case.bill.uuid}/", {"way": "wechat.wechat"})
    payment = Payment.objects.get()
    text = client.get(f"/pay/result/{payment.uuid}/").content.decode()
    assert "不用再付" in text
    assert 'name="way"' not in text
    assert f'href="/pay/{case.bill.uuid}/"' in text  # for who has not paid
    message = sides[0].notification(payment.order_code, 24000)
    payments.take_callback(gateway="wechat", headers=message.headers, body=message.body, now=case.now)
    assert client.get(f"/pay/result/{payment.uuid}/")["Location"] == f"/pay/{case.bill.uuid}/"


def test_a_relative_is_led_back_to_the_link_she_came_from(case, sides):
    token = payments.make_pay_link(actor=case.actor, bill_uuid=case.bill.uuid, now=case.now)
    client = Client()
    client.post(f"/pay/by/{token}/", {"way": "wechat.wechat"})
    result = f"/pay/result/{Payment.objects.get().uuid}/"
    assert f'href="/pay/by/{token}/"' in client.get(result).content.decode()
    assert token not in Client().get(result).content.decode()  # a stranger with the number does not learn it
