"""Enrolling through the pages, as a browser without JavaScript does it: links and forms only."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest

from tests.domains.payments.paying import PRICE, SUBSIDY
from tests.signing_in import signed_in
from tests.worlds.small_county import add_place, add_run, small_county
from xueqiao.channels.web.enrol.words import time_words, until_words
from xueqiao.channels.web.pay.views import CALLBACK_BYTES_MAX
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.models import ClassRun
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import Place
from xueqiao.domains.payments.models import Bill, CallbackReceipt
from xueqiao.foundation import clock
from xueqiao.foundation.clock import at_local
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db
ALL = Scope.everything("test")


@pytest.fixture
def world():
    return small_county()


@pytest.fixture(autouse=True)
def tonight(world):
    with clock.frozen(world.now):
        yield


@pytest.fixture
def paid_run(world):
    run, _, _ = add_run(world, price_fen=PRICE, subsidy_fen=SUBSIDY, title="国画山水入门")
    return run


def press(client, page, label, **extra):
    """Press the button with this text on a page, as a browser does: its form's fields and the button's own value."""
    html = page.content.decode()
    for form in re.findall(r"<form\b.*?</form>", html, flags=re.S):
        button = re.search(rf"<button[^>]*>{re.escape(label)}[^<]*</button>", form)
        if not button:
            continue
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
        own = re.search(r'name="([^"]+)" value="([^"]*)"', button.group())
        if own:
            fields[own.group(1)] = own.group(2)
        action = re.search(r'<form[^>]*action="([^"]+)"', form)
        target = action.group(1) if action else page.request["PATH_INFO"]
        return client.post(target, fields | extra, follow=True)
    raise AssertionError(f"no button {label!r} on the page")


def seen(page, *words):
    text = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", page.content.decode())).replace("\xa0", "")
    for word in words:
        assert re.sub(r"\s+", "", word) in text, f"{word!r} is not on the page"


def test_a_daughter_enrols_her_mother_in_three_screens(world):
    client = signed_in(world.daughter)
    who = client.get(f"/enrol/{world.run.code}/")
    check = press(client, who, "给张桂兰报名")
    seen(check, "座位给您留到 18:25", "张桂兰", "免费", "修改", "开课前退课全退")
    done = press(client, check, "确认报名")
    seen(done, "张桂兰报上了", "报名编号", "18:20 前可以撤回", "打印听课单")
    assert list(Place.objects.within(ALL).values_list("person_id", "state")) == [(world.elder.pk, "confirmed")]


def test_back_leads_to_the_held_seat(world):
    client = signed_in(world.rider)
    check = press(client, client.get(f"/enrol/{world.run.code}/"), "给王小骑报名")
    again = client.get(f"/enrol/{world.run.code}/")
    seen(again, "王小骑的座位给您留到 18:25", "接着办理")
    assert check.request["PATH_INFO"] in again.content.decode()
    assert "给王小骑报名" not in again.content.decode()
    assert Place.objects.within(ALL).count() == 1


def test_paid_in_four_screens_with_a_signed_callback(world, paid_run, deliver_due):
    client = signed_in(world.rider)
    check = press(client, client.get(f"/enrol/{paid_run.code}/"), "给王小骑报名")
    seen(check, "原价 360 元", "实付 240 元", "二百四十元")
    bill = press(client, check, "确认，去付款")
    seen(bill, "我们不会打电话要验证码", "到中心交，座位留到 19:00", "请家人代付", "座位给您留到 18:25")
    cashier = press(client, bill, "微信支付")
    seen(cashier, "演练收银台，不会真的扣钱", "二百四十元", "我们不会打电话要验证码")
    press(client, cashier, "付款，消息来两次")
    deliver_due(world.now)
    done = client.get(f"/pay/{Bill.objects.within(ALL).get().uuid}/", follow=True)
    seen(done, "王小骑报上了", "钱全部原路退回")
    assert list(CallbackReceipt.objects.order_by("pk").values_list("verdict", flat=True)) == ["applied", "repeated"]


def test_a_forged_message_leaves_the_bill_due(world, paid_run):
    client = signed_in(world.rider)
    check = press(client, client.get(f"/enrol/{paid_run.code}/"), "给王小骑报名")
    cashier = press(client, press(client, check, "确认，去付款"), "支付宝支付")
    back = press(client, cashier, "伪造的消息")
    seen(back, "签名不对，拒收", "正在等付款结果")
    seen(client.get(f"/pay/{Bill.objects.within(ALL).get().uuid}/"), "怎么付？")
    assert Bill.objects.within(ALL).get().state == "due"


def test_pay_at_the_centre_gives_a_number(world, paid_run):
    client = signed_in(world.rider)
    check = press(client, client.get(f"/enrol/{paid_run.code}/"), "给王小骑报名")
    page = press(client, press(client, check, "确认，去付款"), "到中心交")
    place = Place.objects.within(ALL).get()
    seen(page, "到柜台报这个编号", f"{place.code[:4]} {place.code[4:]}", "座位给您留到 19:00")


def test_a_relative_pays_by_link_without_signing_in(world, paid_run, deliver_due):
    client, relative = signed_in(world.rider), signed_in(None)
    check = press(client, client.get(f"/enrol/{paid_run.code}/"), "给王小骑报名")
    page = press(client, press(client, check, "确认，去付款"), "请家人代付")
    address = re.search(r'value="http://testserver(/pay/by/[^"]+)"', page.content.decode()).group(1)
    shown = relative.get(address)
    seen(shown, "王*骑", "国画山水入门", "240 元")
    assert "王小骑" not in shown.content.decode()
    result = press(relative, press(relative, shown, "微信支付"), "现在付款")
    seen(result, "付好了")
    deliver_due(world.now)
    assert Place.objects.within(ALL).get().state == "confirmed"
    seen(relative.get(address), "已经付好了")
    late = press(relative, shown, "微信支付")  # on the page as it stood before
    assert late.request["PATH_INFO"] == address
    seen(late, "已经付好了，不用再付")


def test_a_full_class_leads_to_its_line(world):
    run, _, _ = add_run(world, capacity=1)
    add_place(run, world.elder)
    client = signed_in(world.rider)
    answer = press(client, client.get(f"/enrol/{run.code}/"), "给王小骑报名")
    assert answer.request["PATH_INFO"] == f"/enrol/{run.code}/wait/"
    seen(answer, "给王小骑排候补")
    assert not Place.objects.within(ALL).filter(person=world.rider).exists()


def test_a_closed_window_is_refused_in_words(world):
    ClassRun.objects.update(enrol_closes_at=world.now)
    client = signed_in(world.rider)
    answer = press(client, client.get(f"/enrol/{world.run.code}/"), "给王小骑报名")
    assert answer.status_code == 409
    seen(answer, "这个班的报名已经结束")


def test_somebody_elses_family_member_cannot_be_chosen(world):
    client = signed_in(world.rider)
    answer = client.post(f"/enrol/{world.run.code}/", {"person": str(world.elder.uuid), "form_key": uuid4().hex})
    assert answer.status_code == 422
    assert not Place.objects.within(ALL).exists()


def test_an_expired_hold_says_so_and_offers_another(world):
    client = signed_in(world.rider)
    check = press(client, client.get(f"/enrol/{world.run.code}/"), "给王小骑报名")
    with clock.frozen(world.now + timedelta(minutes=15)):
        late = press(client, check, "确认报名")
    assert late.status_code == 409
    seen(late, "座位保留时间已过", "重新报名")
    assert Place.objects.within(ALL).get().state == "held"


def test_extend_once_and_release(world):
    client = signed_in(world.rider)
    check = press(client, client.get(f"/enrol/{world.run.code}/"), "给王小骑报名")
    longer = press(client, check, "再留 15 分钟")
    seen(longer, "座位给您留到 18:40", "已经延长过一次")
    press(client, longer, "不报了，让出座位")
    assert Place.objects.within(ALL).get().state == "released"


def test_withdrawing_shows_the_amount_first_and_undo_gives_all_back(world, paid_run, deliver_due):
    client = signed_in(world.rider)
    check = press(client, client.get(f"/enrol/{paid_run.code}/"), "给王小骑报名")
    press(client, press(client, press(client, check, "确认，去付款"), "微信支付"), "现在付款")
    deliver_due(world.now)
    place = Place.objects.within(ALL).get()
    with clock.frozen(world.now + timedelta(days=1)):
        page = client.get(f"/mine/places/{place.uuid}/withdraw/")
        seen(page, "现在退课，退给您 210 元", "二百一十元", "第 3 次课之前，按没上的次数退：7 / 8", "依据")
        assert Place.objects.within(ALL).get().state == "confirmed", "a GET moves nothing"
    gone = press(client, client.get(f"/enrol/place/{place.uuid}/done/"), "撤回这次报名")
    seen(gone, "已退课", "240 元")
    assert Bill.objects.within(ALL).get().state == "refunded"


def test_withdrawing_within_ten_minutes_is_taking_it_back(world, paid_run, deliver_due):
    client = signed_in(world.rider)
    place, _bill = enrolled(client, paid_run, deliver_due, world.now)
    page = client.get(f"/mine/places/{place.uuid}/withdraw/")
    seen(page, "刚报的，18:20 前可以撤回", "钱全部原路退回")
    assert 'data-action="withdraw-place"' not in page.content.decode()
    seen(press(client, page, "撤回这次报名"), "已退课", "240 元")
    with clock.frozen(world.now + timedelta(minutes=11)):
        place, _bill = enrolled(client, paid_run, deliver_due, clock.now())
    with clock.frozen(world.now + timedelta(minutes=25)):
        page = client.get(f"/mine/places/{place.uuid}/withdraw/")
        assert "撤回" not in page.content.decode()
        seen(press(client, page, "退掉这个班"), "已退课")


def test_every_old_address_of_a_withdrawn_place_tells_what_became_of_the_money(world, paid_run, deliver_due):
    client = signed_in(world.rider)
    place, bill = enrolled(client, paid_run, deliver_due, world.now)
    press(client, client.get(f"/mine/places/{place.uuid}/withdraw/"), "撤回这次报名")
    for address in (f"/enrol/place/{place.uuid}/check/", f"/enrol/place/{place.uuid}/done/", f"/pay/{bill.uuid}/"):
        page = client.get(address, follow=True)
        seen(page, "已退课", "240 元", "现在还有座位，可以重新报名")
        assert "没有扣您的钱" not in page.content.decode()
        assert "付款晚到" not in page.content.decode()
    slip = client.get(f"/enrol/place/{place.uuid}/slip/")
    seen(slip, "已退课", "这张单子不能用了")
    assert "要交" not in slip.content.decode()
    assert "打印这张单子" not in slip.content.decode()


def test_who_takes_a_free_place_back_reads_nothing_about_money(world):
    client = signed_in(world.rider)
    done = press(client, press(client, client.get(f"/enrol/{world.run.code}/"), "给王小骑报名"), "确认报名")
    page = press(client, done, "撤回这次报名")
    seen(page, "已退课", "改了主意")
    assert "全部退还" not in page.content.decode()


def test_who_has_a_place_is_shown_it_and_not_asked_again(world):
    client = signed_in(world.daughter)
    stale = client.get(f"/enrol/{world.run.code}/")
    place = add_place(world.run, world.elder)
    answer = press(client, stale, "给张桂兰报名")
    assert answer.status_code == 200
    seen(answer, "张桂兰已经报了这个班，不用再报", "张桂兰已经报上了", "给李秀梅报名")
    assert f"/enrol/place/{place.uuid}/done/" in answer.content.decode()
    assert "给张桂兰报名" not in answer.content.decode()


def test_a_place_to_pay_at_the_centre_has_a_slip_to_pay_with(world, paid_run):
    client = signed_in(world.rider)
    check = press(client, client.get(f"/enrol/{paid_run.code}/"), "给王小骑报名")
    press(client, press(client, check, "确认，去付款"), "到中心交")
    place = Place.objects.within(ALL).get()
    seen(client.get(f"/enrol/place/{place.uuid}/slip/"), "缴费单", "要交 240 元", "座位留到")
    with clock.frozen(world.now + timedelta(days=3)):
        late = client.get(f"/enrol/place/{place.uuid}/slip/")
        seen(late, "保留时间已过", "这张单子不能用了")
        gone = client.get(f"/enrol/place/{place.uuid}/check/")
        seen(gone, "座位保留时间已过")
        assert "修改" not in gone.content.decode()


def test_a_class_that_has_begun_says_how_many_meetings_are_left(world):
    with clock.frozen(world.now + timedelta(days=8)):
        detail = classes.get_class(world.run.code, now=clock.now())
        words = time_words(detail, clock.now())
    total = len(detail.sessions)
    ahead = len([each for each in detail.sessions if each.ends_at > world.now + timedelta(days=8)])
    assert 0 < ahead < total
    assert words.endswith(f"，共 {total} 次，还有 {ahead} 次")


def test_a_moment_of_another_year_names_the_year(world):
    assert until_words(at_local(date(2031, 1, 6), 9, 5), world.now) == "2031 年 1 月 6 日 周一 9:05"


def enrolled(client, run, deliver_due, now):
    """Enrol the rider in a paid class by the pages; return the place and its bill."""
    check = press(client, client.get(f"/enrol/{run.code}/"), "给王小骑报名")
    press(client, press(client, press(client, check, "确认，去付款"), "微信支付"), "现在付款")
    deliver_due(now)
    place = Place.objects.within(ALL).get(state="confirmed")
    return place, Bill.objects.within(ALL).get(purpose_id=place.pk)


def test_strangers_find_nothing(world):
    client = signed_in(world.rider)
    press(client, client.get(f"/enrol/{world.run.code}/"), "给王小骑报名")
    place = Place.objects.within(ALL).get()
    for person in (world.elder, world.other_officer):
        stranger = signed_in(person)
        for page in ("check/", "done/", "slip/", "calendar.ics"):
            assert stranger.get(f"/enrol/place/{place.uuid}/{page}").status_code == 404
        assert stranger.post(f"/enrol/place/{place.uuid}/release/").status_code == 404
        assert stranger.post(f"/mine/places/{place.uuid}/withdraw/", {"seen_fen": "0"}).status_code == 404
    assert Place.objects.within(ALL).get().state == "held"


def test_the_calendar_file_folds_long_lines_and_names_every_meeting(world):
    client = signed_in(world.rider)
    press(client, press(client, client.get(f"/enrol/{world.run.code}/"), "给王小骑报名"), "确认报名")
    body = client.get(f"/enrol/place/{Place.objects.within(ALL).get().uuid}/calendar.ics").content
    assert body.count(b"BEGIN:VEVENT") == 8
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert b"DTSTART:20260304T110000Z" in body


def test_the_callback_address_takes_no_big_bodies_and_needs_no_csrf(world):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    big = client.post("/pay/callback/rehearsal/", b"x" * (CALLBACK_BYTES_MAX + 1), content_type="application/json")
    assert big.status_code == 413
    assert client.post("/pay/callback/rehearsal/", b"{}", content_type="application/json").status_code == 401
    assert client.post("/pay/callback/nobody/", b"{}", content_type="application/json").status_code == 404
    assert client.get("/pay/callback/rehearsal/").status_code == 405


@pytest.mark.parametrize("amount", ["-1", "1e3", "", "x" * 50, "'; DROP TABLE", "２４０００"])
def test_nonsense_amounts_are_refused(world, paid_run, amount):
    client = signed_in(world.rider)
    check = press(client, client.get(f"/enrol/{paid_run.code}/"), "给王小骑报名")
    assert press(client, check, "确认，去付款", agreed_fen=amount).status_code == 422
    assert not Bill.objects.within(ALL).exists()


def test_a_clerk_registers_enrols_and_takes_cash(world, paid_run, deliver_due):
    client = signed_in(world.clerk)
    url = "/centre/counter/"
    client.post(url, {"step": "class", "run": paid_run.code})
    registered = client.post(
        url,
        {
            "step": "register",
            "name": "周奶奶",
            "birth_date": "1950-02-03",
            "sex": "f",
            "region": str(world.elder.region),
            "has_consented": "1",
        },
        follow=True,
    )
    seen(registered, "周奶奶（76 岁）", "实付 240 元")
    wrong = press(client, registered, "收现金并报名", cash_yuan="200")
    assert wrong.status_code == 422
    assert not Place.objects.within(ALL).exists()
    done = press(client, registered, "收现金并报名", cash_yuan="240")
    seen(done, "已报名", "已付 240 元")
    deliver_due(world.now)
    place = Place.objects.within(ALL).get()
    assert (place.state, place.channel, place.enrolled_by_id) == ("confirmed", "counter", world.clerk.pk)
    assert "周奶奶" in client.get(f"/enrol/place/{place.uuid}/slip/").content.decode()


def test_a_slip_at_the_counter_loses_nothing_that_was_typed(world, paid_run):
    client, url = signed_in(world.clerk), "/centre/counter/"
    nobody = client.post(url, {"step": "find", "wanted": "139 0000 0000"})
    seen(nobody, "没有找到这个人")
    page = nobody.content.decode()
    assert 'value="139 0000 0000"' in page and 'value="13900000000"' in page and "<details open>" in page
    typed = {"name": "周奶奶", "birth_date": "2950-02-03", "sex": "u", "region": str(world.elder.region)}
    wrong = client.post(url, {"step": "register", "has_consented": "1", "phone": ""} | typed)
    page = wrong.content.decode()
    assert wrong.status_code == 422 and "<details open>" in page
    assert 'value="周奶奶"' in page and 'value="2950-02-03"' in page
    assert '<option value="u" selected>' in page and f'value="{world.elder.region}" selected>' in page
    assert 'value="1" checked required' in page
    assert 'value="ABC"' in client.post(url, {"step": "open", "code": "ABC"}).content.decode()


def test_a_number_from_the_pay_page_is_paid_at_the_counter(world, paid_run, deliver_due):
    resident = signed_in(world.elder)
    check = press(resident, resident.get(f"/enrol/{paid_run.code}/"), "给张桂兰报名")
    press(resident, press(resident, check, "确认，去付款"), "到中心交")
    place = Place.objects.within(ALL).get()
    clerk = signed_in(world.clerk)
    opened = clerk.post("/centre/counter/", {"step": "open", "code": f"{place.code[:4]} {place.code[4:]}"}, follow=True)
    seen(opened, "座位保留中", "应收 240 元")
    press(clerk, opened, "收下现金", cash_yuan="240.00")
    deliver_due(world.now)
    assert enrolment.confirmed_persons(paid_run.pk) == [world.elder.pk]


def test_the_counter_is_for_clerks(world):
    assert signed_in(world.rider).get("/centre/counter/").status_code == 403
    assert signed_in(world.officer).get("/centre/counter/").status_code == 403
    assert signed_in(None).get("/centre/counter/").status_code == 302
