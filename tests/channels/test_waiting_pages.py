"""Waiting lists through the pages, as a browser without JavaScript does it, and by program."""

import json

import pytest

from tests.channels.test_enrol_pages import press, seen
from tests.domains.enrolment.lines import FullClass
from tests.domains.enrolment.seats_and_places import ALL
from tests.signing_in import signed_in
from tests.worlds.small_county import add_place, add_run
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import LineMove, OfferCall, WaitingEntry
from xueqiao.foundation import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    case = FullClass()
    classes.refresh_listings(region=case.run.region, now=case.now)
    classes.show_seats_left(run_id=case.run.pk, seats=0)
    with clock.frozen(case.now):
        yield case


def test_two_taps_from_a_full_class_to_the_line(case):
    client = signed_in(case.world.daughter)
    shown = client.get(f"/classes/{case.run.code}/")
    seen(shown, "座位已满，可以排候补")
    form = client.get(f"/enrol/{case.run.code}/wait/")
    standing = press(client, form, "给张桂兰排候补")
    seen(standing, "排在第 1 位", "怎么通知", "早 8 点到晚 8 点", "退出候补")
    assert case.line() == ["张桂兰"]
    seen(client.get(f"/classes/{case.run.code}/"), "候补中，排第 1 位")


def test_a_stale_form_leads_to_the_ordinary_enrolment(case):
    client = signed_in(case.world.rider)
    form = client.get(f"/enrol/{case.run.code}/wait/")
    case.withdraw()
    page = press(client, form, "给王小骑排候补")
    seen(page, "现在有空座位，不用排候补", "给王小骑报名")
    assert not WaitingEntry.objects.within(ALL).exists()


def test_an_offer_is_taken_from_the_page_of_ones_places(case, deliver_due):
    case.join(case.world.elder)
    case.withdraw()
    deliver_due(case.now)
    client = signed_in(case.world.daughter)
    seen(client.get("/mine/places/"), "待您确认", "留到 3 月 5 日 周四 12:00")
    offer = case.offers("open")[0]
    page = client.get(f"/mine/offers/{offer.uuid}/")
    seen(page, "有座位留给张桂兰", "不确认会怎样", "只能放过一次")
    done = press(client, page, "要这个座位")
    seen(done, "张桂兰报上了")
    seen(client.get(f"/mine/offers/{offer.uuid}/"), "已经报上了")


def test_not_this_time_keeps_the_place(case, deliver_due):
    case.join(case.world.elder)
    case.join(case.person("候补二"))
    case.withdraw()
    deliver_due(case.now)
    client = signed_in(case.world.elder)
    offer = case.offers("open")[0]
    page = press(client, client.get(f"/mine/offers/{offer.uuid}/"), "这次不要，让给下一位")
    seen(page, "座位让给下一位了", "候补中（第 1 位）")
    deliver_due(case.now)
    assert case.offered() == ["候补二"]


def test_an_offer_whose_time_is_over_says_so(case, deliver_due):
    case.join(case.world.elder)
    case.withdraw()
    deliver_due(case.now)
    offer = case.offers("open")[0]
    with clock.frozen(offer.until):
        answer = signed_in(case.world.elder).get(f"/mine/offers/{offer.uuid}/")
    assert answer.status_code == 409
    seen(answer, "过了时间没有确认")


def test_the_desk_reads_why_and_two_people_move_somebody(case, deliver_due):
    busy = case.person("有课的人")
    case.join(busy)
    case.join(case.person("候补二"))
    add_place(add_run(case.world, first_day=case.run.starts_on)[0], busy)
    case.withdraw()
    deliver_due(case.now)
    last = case.person("候补三")
    case.join(last)
    clerk = signed_in(case.world.clerk, staff=True)
    page = clerk.get(f"/centre/runs/{case.run.code}/line/")
    seen(page, "这个时间有别的课", "座位给了谁，为什么", "候补二", "有课的人：这个时间有别的课")
    entry = WaitingEntry.objects.within(ALL).get(members__person=last)
    asked = press(clerk, page, "提出调整", entry=str(entry.uuid), position="1", reason="轮椅学员要一楼的班")
    seen(asked, "等另一位同事确认")
    officer = signed_in(case.world.officer, staff=True)
    press(officer, officer.get(f"/centre/runs/{case.run.code}/line/"), "同意调整")
    assert case.line() == ["候补三", "有课的人"]
    assert LineMove.objects.within(ALL).get().decided_by == case.world.officer


def test_yes_on_the_phone(case, deliver_due):
    case.join(case.world.elder)
    case.withdraw()
    deliver_due(case.now)
    clerk = signed_in(case.world.clerk, staff=True)
    page = clerk.get("/centre/calls/")
    seen(page, "张桂兰", "座位留到")
    seen(press(clerk, page, "没人接"), "上次", "没人接")
    press(clerk, clerk.get("/centre/calls/"), "说要，替他报上")
    assert case.pool() == (0, 2, 0, 0)
    assert [call.outcome for call in OfferCall.objects.within(ALL).order_by("pk")] == ["no_answer", "accepted"]


def test_by_program(case, deliver_due):
    client = signed_in(case.world.rider)
    joined = client.post(
        "/api/v1/waiting",
        json.dumps({"class_code": case.run.code}),
        content_type="application/json",
        headers={"Idempotency-Key": "one"},
    )
    assert (joined.status_code, joined.json()["position"]) == (201, 1)
    assert client.get("/api/v1/waiting").json()[0]["uuid"] == joined.json()["uuid"]
    case.withdraw()
    deliver_due(case.now)
    (offer,) = client.get("/api/v1/offers").json()
    assert (offer["state"], offer["may_pass"], offer["to_pay_fen"]) == ("open", True, 0)
    taken = client.post(f"/api/v1/offers/{offer['uuid']}/accept", content_type="application/json")
    assert taken.json()["state"] == "accepted"
    assert enrolment.is_enrolled(run_id=case.run.pk, person_id=case.world.rider.pk)


def test_the_ordinary_form_of_a_class_that_just_filled_leads_to_the_line(case):
    """She has the form open; the last seat goes; her press leads to the line, with her name first."""
    case.withdraw()
    client = signed_in(case.world.daughter)
    form = client.get(f"/enrol/{case.run.code}/")
    add_place(case.run, case.world.rider)
    page = press(client, form, "给张桂兰报名")
    seen(page, "刚刚满了，没有报上", "现在排，是第 1 位", "给张桂兰排候补")
    assert page.content.decode().index("给张桂兰排候补") < page.content.decode().index("给李秀梅排候补")
    seen(press(client, page, "给张桂兰排候补"), "排在第 1 位")
    assert case.line() == ["张桂兰"]


def test_pages_of_a_full_class_say_which_place_she_would_have(case):
    case.join(case.person("候补一"))
    client = signed_in(case.world.daughter)
    seen(client.get(f"/classes/{case.run.code}/"), "座位已满，可以排候补", "现在排是第 2 位")
    seen(client.get(f"/enrol/{case.run.code}/"), "座位满了", "现在排是第 2 位", "去排候补")
    seen(client.get(f"/enrol/{case.run.code}/wait/"), "现在排，是第 2 位")


def test_after_enrolment_closed_a_full_class_still_has_its_line(case):
    run = case.run
    run.enrol_closes_at = case.now
    run.save(update_fields=["enrol_closes_at"])
    classes.refresh_listings(region=run.region, now=case.now)
    classes.show_seats_left(run_id=run.pk, seats=0)
    client = signed_in(case.world.daughter)
    seen(client.get(f"/classes/{run.code}/"), "可以排候补")
    seen(press(client, client.get(f"/enrol/{run.code}/wait/"), "给张桂兰排候补"), "排在第 1 位")


def test_who_left_is_told_that_she_may_queue_again(case):
    case.join(case.person("候补一"))
    client = signed_in(case.world.elder)
    form = client.get(f"/enrol/{case.run.code}/wait/")
    standing = press(client, form, "给张桂兰排候补")
    press(client, standing, "不排了，退出候补")
    entry = WaitingEntry.objects.within(ALL).filter(run=case.run, state="left").get()
    seen(client.get(f"/mine/waiting/{entry.uuid}/"), "还想上，可以再排：从最后排起，现在是第 2 位", "再排候补")
    learner = case.learners[0]
    place = case.places[0]
    place.refresh_from_db(fields=["uuid"], from_queryset=type(place).objects.within(ALL))
    client = signed_in(learner)
    page = press(client, client.get(f"/mine/places/{place.uuid}/withdraw/"), "退掉这个班")
    seen(page, "已退课", "可以再排候补：从最后排起，现在是第 2 位")


def test_before_its_draw_a_drawn_class_has_no_line(case):
    drawn, _, _ = add_run(case.world, capacity=1, admission="draw", title="古筝")
    add_place(drawn, case.world.rider)
    classes.refresh_listings(region=drawn.region, now=case.now)
    client = signed_in(case.world.daughter)
    seen(client.get(f"/enrol/{drawn.code}/wait/"), "现在不能排候补")
    answer = client.get(f"/classes/{drawn.code}/").content.decode()
    assert "排候补" not in answer
