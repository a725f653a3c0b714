"""Points and volunteer time as people use them: from the signed roll to the bag in the hand, and what pages refuse."""

import re

import pytest
from django.test import Client

from tests.channels.visit import signed_in
from tests.domains.incentives.pointing import ALL, pointing, trace
from xueqiao.domains.incentives.models import PotSpending, Redemption, Reward, TimeService, VolunteerTime
from xueqiao.foundation import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    made = pointing(meetings=2)
    with clock.frozen(made.now):
        yield made


def text_of(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:800]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_from_the_offer_to_the_bag_in_the_hand(case):
    clerk, elder = signed_in(case.room.world.clerk, staff=True), signed_in(case.elder)
    offer = {
        "step": "offer",
        "title": "帆布书袋",
        "partner": "射阳新华书店",
        "price": "2",
        "stock": "1",
        "person_year_max": "1",
        "valid_to": "2026-06-30",
        "place": case.room.world.centre.pk,
    }
    assert "上架了" in text_of(clerk.post("/centre/rewards/", offer, follow=True))
    page = text_of(elder.get("/mine/points/"))
    assert "3 分" in page
    assert "上课 90 分钟，得 1.5 分" in page
    reward = Reward.objects.get()
    form = {"step": "reserve", "reward": reward.uuid, "form_key": "k1"}
    for _ in range(2):
        page = text_of(elder.post("/mine/points/", form, follow=True))
    slip = Redemption.objects.within(ALL).get()
    assert f"领取码 {slip.code}" in page
    assert "另有 2 分" in page
    found = text_of(clerk.post("/centre/rewards/counter/", {"step": "find", "code": slip.code}))
    assert "张桂兰" in found
    done = clerk.post("/centre/rewards/counter/", {"step": "hand_over", "code": slip.code}, follow=True)
    assert "已发放" in text_of(done)
    page = text_of(elder.get("/mine/points/"))
    assert "兑换“帆布书袋”，用了 2 分" in page
    assert "已领取" in page
    back = clerk.post("/centre/rewards/counter/", {"step": "back", "code": slip.code}, follow=True)
    assert "已退回" in text_of(back)
    assert case.available() == 300


def test_the_daughter_sees_and_gives_for_her_mother(case):
    daughter = signed_in(case.room.world.daughter)
    address = f"/mine/points/?for={_uuid(case.elder)}"
    assert "张桂兰的积分与志愿时长" in text_of(daughter.get(address))
    gift = {"step": "give", "amount": "1", "to": "pot", "form_key": "k", "for": _uuid(case.elder)}
    assert "已送出 1 分" in text_of(daughter.post(address, gift, follow=True))
    assert case.available() == 200


def test_time_is_recorded_by_one_and_confirmed_by_another(case):
    clerk, officer = (signed_in(who, staff=True) for who in (case.room.world.clerk, case.room.world.officer))
    form = {
        "step": "record",
        "learner_code": case.elder.code,
        "day": case.now.date().isoformat(),
        "minutes": "125",
        "words": "教邻居用手机挂号",
        "place": case.room.world.centre.pk,
        "form_key": "k",
    }
    assert "2 小时 5 分钟 记下了" in text_of(clerk.post("/centre/volunteers/", form, follow=True))
    time = VolunteerTime.objects.within(ALL).get()
    own = text_of(clerk.post("/centre/volunteers/", {"step": "confirm", "time": time.uuid}), 403)
    assert "另一位同事" in own
    assert "已确认" in text_of(officer.post("/centre/volunteers/", {"step": "confirm", "time": time.uuid}, follow=True))
    assert "2 小时 5 分钟" in text_of(signed_in(case.elder).get("/mine/points/"))


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"step": "give", "amount": "9", "to": "pot", "form_key": "k"}, 409, "积分不够"),
        ({"step": "give", "amount": "viel", "to": "pot", "form_key": "k"}, 422, "1.5"),
        ({"step": "give", "amount": "1", "to": "person", "form_key": "k"}, 422, "学号"),
        ({"step": "give", "amount": "1", "to": "person", "receiver": "0000000000", "form_key": "k"}, 404, "学号"),
        ({"step": "give", "amount": "1", "to": "pot"}, 422, "刷新"),
        ({"step": "reserve", "reward": "x", "form_key": "k"}, 422, "刷新"),
        ({"step": "give_hours", "minutes": "10", "form_key": "k"}, 409, "时间银行"),
        ({"step": "steal"}, 422, "没有这一步"),
    ],
)
def test_a_refusal_says_why_and_moves_nothing(case, form, status, said):
    before = trace()
    assert said in text_of(signed_in(case.elder).post("/mine/points/", form), status)
    assert trace() == before


def test_a_strangers_slip_is_not_given_up_by_another(case):
    slip = case.reserve(case.reward())
    before = trace()
    answer = signed_in(case.room.world.rider).post("/mine/points/", {"step": "give_up", "slip": slip.uuid})
    assert answer.status_code == 404
    assert trace() == before


def test_programs_read_the_same(case):
    case.reserve(case.reward())
    case.confirm(case.hours())
    told = signed_in(case.elder).get("/api/v1/me/points").json()
    assert (told["available_hundredths"], told["set_aside_hundredths"], told["volunteer_minutes"]) == (100, 200, 120)
    assert [each["deed"] for each in told["history"]] == ["reserve", "earn", "earn"]
    assert told["years"] == [{"year": 2026, "available_hundredths": 100, "last_day": "2027-03-31"}]
    daughter = signed_in(case.room.world.daughter)
    assert daughter.get(f"/api/v1/me/points?person={_uuid(case.elder)}").json()["available_hundredths"] == 100
    assert daughter.get(f"/api/v1/me/points?person={_uuid(case.other)}").status_code == 404


def _uuid(person):
    return str(type(person).objects.within(ALL).get(pk=person.pk).uuid)


def test_the_pot_is_spent_by_two_and_everybody_reads_what_for(case):
    case.pot(1_000)
    case.reward()
    clerk, officer = (signed_in(who, staff=True) for who in (case.room.world.clerk, case.room.world.officer))
    form = {
        "step": "ask",
        "reward": Reward.objects.get().uuid,
        "pieces": "3",
        "words": "重阳节看望独居老人",
        "form_key": "k",
    }
    for _ in range(2):
        assert "等县里另一位同事审批" in text_of(clerk.post("/centre/rewards/pot/", form, follow=True))
    (asked,) = PotSpending.objects.all()
    answer = {"spending": asked.uuid, "step": "spend"}
    assert text_of(clerk.post("/centre/rewards/pot/", answer), 403)
    assert "批准支出" in text_of(officer.get("/centre/rewards/pot/"))
    assert "事由已公开" in text_of(officer.post("/centre/rewards/pot/", answer, follow=True))
    page = text_of(Client().get("/open/pot/"))
    assert "重阳节看望独居老人" in page
    assert "一共收到 10 分，支出 6 分" in page
    before = trace()
    refused = clerk.post("/centre/rewards/pot/", form | {"pieces": "9", "form_key": "k2"})
    assert "没有办成" in text_of(refused, refused.status_code)
    assert trace() == before


def test_stored_time_brings_help_and_the_rest_goes_to_the_daughter(case):
    case.bank()
    elder, clerk = signed_in(case.elder), signed_in(case.room.world.clerk, staff=True)
    daughter = signed_in(case.room.world.daughter)
    today = case.now.date().isoformat()
    form = {"step": "ask_help", "day": today, "minutes": "50", "words": "陪去医院取药", "form_key": "k"}
    assert "另有 50 分钟 留给要做的服务" in text_of(elder.post("/mine/points/", form, follow=True))
    service = TimeService.objects.within(ALL).get()
    page = text_of(clerk.get("/centre/volunteers/time-bank/"))
    assert "陪去医院取药" in page
    done = {"step": "served", "service": service.uuid}
    assert "已确认做完" in text_of(clerk.post("/centre/volunteers/time-bank/", done, follow=True))
    for_mother = f"/mine/points/?for={_uuid(case.elder)}"
    page = text_of(daughter.get(for_mother))
    assert "换了服务“陪去医院取药”，用了 50 分钟" in page
    gift = {
        "step": "give_hours",
        "minutes": "70",
        "receiver": case.room.world.daughter.code,
        "form_key": "g",
        "for": _uuid(case.elder),
    }
    assert "已送给家人 1 小时 10 分钟" in text_of(daughter.post(for_mother, gift, follow=True))
    assert "家人送给您 1 小时 10 分钟" in text_of(daughter.get("/mine/points/"))
    before = trace()
    refused = elder.post("/mine/points/", form | {"form_key": "k3"})
    assert "志愿时长不够" in text_of(refused, refused.status_code)
    assert trace() == before
