"""Entering a round at the counter and by phone, companions on paper, papers and needs at the desk."""

from datetime import date

import pytest

from tests.channels.test_enrol_pages import press, seen
from tests.domains.enrolment.returning import Series
from tests.domains.enrolment.seats_and_places import ALL
from tests.signing_in import signed_in
from tests.worlds.rounds import drawn_classes, open_a_round
from tests.worlds.small_county import LINHAI_VILLAGE, add_person, small_county
from xueqiao.domains.enrolment.models import Declaration, Entry, EntryMember
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = small_county()
    with clock.frozen(world.now):
        yield world


@pytest.fixture
def opened(world):
    return open_a_round(world, list(drawn_classes(world)))


@pytest.fixture
def desk(world):
    return signed_in(world.clerk)


def address(opened, page="counter"):
    return f"/rounds/staff/{opened.code}/{page}/"


def enter(desk, opened, person, *wishes, **more):
    fields = {f"wish-{n}": wish.run_code for n, wish in enumerate(wishes, 1)}
    return desk.post(
        address(opened),
        {"step": "enter", "person": person.code, "form_key": f"k{person.pk}", "channel": "counter"} | fields | more,
    )


@pytest.mark.parametrize("channel", ["counter", "phone"])
def test_one_visitor_from_number_to_entry(world, opened, desk, channel):
    page = desk.post(address(opened), {"step": "find", "wanted": world.elder.phone, "channel": channel})
    seen(page, "张桂兰", "第 1 志愿", "替张桂兰交上志愿")
    done = press(
        desk, page, "替张桂兰交上志愿", **{"wish-1": opened.runs[1].run_code, "wish-2": opened.runs[0].run_code}
    )
    entry = Entry.objects.within(ALL).get()
    seen(done, "收下了，志愿编号", entry.code)
    assert (entry.channel, entry.leader_id, entry.entered_by_id) == (channel, world.elder.pk, world.clerk.pk)
    assert list(entry.wishes.order_by("rank").values_list("run_id", flat=True)) == [
        opened.runs[1].run_id,
        opened.runs[0].run_id,
    ]


def test_pressed_twice_is_one_entry(world, opened, desk):
    for _ in range(2):
        assert enter(desk, opened, world.elder, opened.runs[0]).status_code == 200
    assert Entry.objects.within(ALL).count() == 1


def test_companions_come_in_with_her(world, opened, desk):
    beside, later = add_person("同伴甲"), add_person("同伴乙")
    seen(enter(desk, opened, world.elder, opened.runs[0], companion=beside.phone), "同伴加上了")
    page = desk.post(
        address(opened),
        {"step": "companion", "person": world.elder.code, "companion": later.code, "channel": "counter"},
    )
    seen(page, "同伴加上了")
    agreed = EntryMember.objects.within(ALL).filter(state="agreed").values_list("person__name", flat=True)
    assert sorted(agreed) == sorted(["张桂兰", "同伴甲", "同伴乙"])


def test_a_companion_of_another_town_answers_herself(world, opened, desk):
    far = add_person("外镇同伴", region=LINHAI_VILLAGE)
    seen(enter(desk, opened, world.elder, opened.runs[0], companion=far.code), "等他自己回答")
    assert EntryMember.objects.within(ALL).get(person=far).state == "invited"


def test_who_is_over_eighty_brings_a_signed_paper(world, opened, desk):
    old = add_person("陆阿公", born=date(1940, 1, 1), sex="m")
    refused = enter(desk, opened, old, opened.runs[0])
    assert refused.status_code == 409
    seen(refused, "要有一位家人签字", "记下家人签字")
    assert not Entry.objects.within(ALL).exists()
    fields = {"step": "paper", "person": old.code, "kind": "over80", "channel": "counter"}
    assert desk.post(address(opened), fields).status_code == 403  # nobody's name under it
    seen(desk.post(address(opened), fields | {"signer": "陆小明"}), "已经记下", "有效到")
    assert Declaration.objects.within(ALL).get().signer == "陆小明"
    seen(enter(desk, opened, old, opened.runs[0]), "收下了")


def test_a_need_is_registered_on_its_paper_and_taken_off_by_herself(world, opened, desk):
    fields = {"step": "need", "person": world.elder.code, "kind": "walking", "channel": "counter"}
    assert desk.post(address(opened), fields).status_code == 422  # no paper seen
    assert people.access_needs_of([world.elder.pk]) == {}
    seen(desk.post(address(opened), fields | {"seen": "残疾人证"}), "登记好了", "走路不便")
    client = signed_in(world.elder)
    page = client.get("/rounds/papers/")
    seen(page, "走路不便", "取消登记")
    client.post("/rounds/papers/", {"need": "walking", "for": str(world.elder.uuid)})
    assert people.access_needs_of([world.elder.pk]) == {}


def test_a_learner_goes_on_at_the_counter():
    case = Series()
    with clock.frozen(case.now):
        desk = signed_in(case.world.clerk)
        learner = case.learners[0]
        page = desk.post(f"/rounds/staff/{case.round.code}/counter/", {"step": "find", "wanted": learner.code})
        seen(page, "可以续读《书法（二）》")
        seen(press(desk, page, "续读，留住座位"), "座位留好了")
        seen(signed_in(learner).get(f"/rounds/{case.round.code}/"), "座位留好了，接着办理", "续读优先")
    assert case.claims() == 1


def test_the_page_of_a_round_lets_a_learner_go_on():
    case = Series()
    with clock.frozen(case.now):
        client = signed_in(case.learners[1])
        page = client.get(f"/rounds/{case.round.code}/")
        seen(page, "可以续读《书法（二）》，不用抽签", "没续的座位和别的座位一起抽签")
        seen(press(client, page, "给老学员1续读，留住座位"), "核对")
    assert case.claims() == 1


def test_a_paper_with_companions_is_one_entry_of_all(world, opened, desk):
    beside = add_person("同伴甲")
    line = f"XQ1/{opened.code}/{world.elder.code} 2 1 +{beside.code}"
    looked = desk.post(address(opened, "bulk"), {"forms": line, "step": "look"})
    seen(looked, "没有错的 1 份")
    assert not Entry.objects.within(ALL).exists()
    done = desk.post(address(opened, "bulk"), {"forms": line, "step": "enter"})
    seen(done, "录入了 1 份")
    desk.post(address(opened, "bulk"), {"forms": line, "step": "enter"})  # scanned again
    entry = Entry.objects.within(ALL).get()
    assert (entry.channel, entry.size) == ("paper", 2)


def test_a_companion_nobody_knows_is_said_before_anything_is_entered(world, opened, desk):
    line = f"XQ1/{opened.code}/{world.elder.code} 1 +99999999"
    for step in ("look", "enter"):
        seen(desk.post(address(opened, "bulk"), {"forms": line, "step": step}), "没有找到同伴的学员号")
    assert not Entry.objects.within(ALL).exists()
