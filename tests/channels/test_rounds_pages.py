"""Entering a round through the pages, as a browser without JavaScript does it; the desk's heap of paper."""

import re
from datetime import timedelta

import pytest

from tests.channels.test_enrol_pages import press, seen
from tests.signing_in import signed_in
from tests.worlds.rounds import CLOSES, SOURCE_DUE, drawn_classes, enter, open_a_round
from tests.worlds.small_county import acting, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import Entry
from xueqiao.foundation import clock
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
def runs(world):
    return list(drawn_classes(world))


@pytest.fixture
def opened(world, runs):
    return open_a_round(world, runs)


def test_buttons_rank_the_wishes_and_one_press_enters(world, runs, opened):
    client = signed_in(world.rider)
    page = client.get(f"/classes/{runs[0].code}/")
    seen(page, "早填晚填机会一样", "填志愿，参加抽签")
    form = client.get(f"/rounds/{opened.code}/enter/?run={runs[0].code}")
    seen(form, "第 1 志愿", "腰鼓入门")
    address = f"/rounds/{opened.code}/enter/"
    form = client.get(address, {"wishes": str(runs[0].pk), "move": f"add:{runs[1].pk}"})
    seen(form, "第 2 志愿 古筝入门")
    form = client.get(address, {"wishes": f"{runs[0].pk},{runs[1].pk}", "move": f"down:{runs[0].pk}"})
    seen(form, "第 1 志愿 古筝入门", "选了 2 个")
    fields = {"wishes": f"{runs[1].pk},{runs[0].pk}", "form_key": "one", "for": str(world.rider.uuid)}
    check = client.get(f"/rounds/{opened.code}/enter/", fields | {"step": "check"})
    seen(check, "第 1 志愿 古筝入门", "第 2 志愿 腰鼓入门", "2 份（从没上过课）", "不占座")
    for _ in range(2):  # a double press is one ticket
        done = client.post(f"/rounds/{opened.code}/enter/", fields | {"step": "confirm"}, follow=True)
    seen(done, "志愿已收下", "志愿编号", "接下来", "谁都可以自己再算一遍")
    entry = Entry.objects.within(ALL).get()
    assert list(entry.wishes.order_by("rank").values_list("run_id", flat=True)) == [runs[1].pk, runs[0].pk]
    seen(client.get("/mine/"), "抽签报名的志愿", entry.code)


def test_a_number_nobody_has_stays_in_its_field(world, runs, opened):
    entry = enter(world.rider, opened, runs, now=world.now)
    client = signed_in(world.rider)
    page = client.post(f"/rounds/entries/{entry.uuid}/invite/", {"who": "13000000000"})
    assert page.status_code == 409
    seen(page, "没有办成，什么都没有改动")
    assert 'value="13000000000"' in page.content.decode() and '<details class="more" open>' in page.content.decode()


def test_a_demand_is_said_in_the_readers_language(world, runs, opened):
    page = signed_in(None).get(f"/rounds/{opened.code}/?lang=en").content.decode()
    assert "Nobody has entered yet" in page and "还没有人填" not in page


def test_only_entering_is_sent_so_that_back_shows_the_list_again(world, runs, opened):
    client = signed_in(world.rider)
    address = f"/rounds/{opened.code}/enter/"
    fields = {"wishes": str(runs[0].pk), "form_key": "one", "for": str(world.rider.uuid)}
    for page in (client.get(address, fields), client.get(address, fields | {"step": "check"})):
        form = re.search(r'<form[^>]*id="wishes-form"[^>]*>', page.content.decode()).group()
        assert ("post" in form) == ("核对志愿" in page.content.decode())
    assert client.get(address, fields | {"step": "confirm"}).status_code == 200
    assert not Entry.objects.within(ALL).exists()
    entry = enter(world.rider, opened, runs, now=world.now)
    change = f"/rounds/entries/{entry.uuid}/change/"
    empty = client.get(change, {"wishes": str(runs[0].pk), "move": f"drop:{runs[0].pk}"})
    seen(empty, "还没有选", "选了 0 个")
    client.get(change, {"wishes": str(runs[1].pk), "step": "check"})
    assert Entry.objects.within(ALL).get().wishes.get(rank=1).run_id == runs[0].pk
    page = press(client, client.get(change, {"wishes": str(runs[1].pk)}), "改成这样")
    seen(page, "志愿改好了")
    assert Entry.objects.within(ALL).get().wishes.get(rank=1).run_id == runs[1].pk


def test_a_round_that_takes_wishes_stands_before_one_that_is_over(world, runs, opened):
    later, _ = drawn_classes(world)
    with clock.frozen(CLOSES + timedelta(minutes=1)):
        shown = [row["round"].code for row in signed_in(None).get("/rounds/").context["rows"]]
    assert shown == [opened.code]
    values = {"wishes_close_at": CLOSES + timedelta(days=3), "source_due_at": SOURCE_DUE + timedelta(days=3)}
    other = open_a_round(world, [later], **values)
    with clock.frozen(CLOSES + timedelta(minutes=1)):
        shown = [row["round"].code for row in signed_in(None).get("/rounds/").context["rows"]]
    assert shown == [other.code, opened.code]


def test_a_refusal_is_told_on_the_form_and_nothing_is_lost(world, runs, opened):
    enter(world.rider, opened, runs, now=world.now)
    client = signed_in(world.rider)
    fields = {"wishes": str(runs[0].pk), "form_key": "two", "for": str(world.rider.uuid), "step": "confirm"}
    again = client.post(f"/rounds/{opened.code}/enter/", fields)
    assert again.status_code == 409
    seen(again, "没有收下，什么都没有改动", "一个人只有一份", "第 1 志愿 腰鼓入门")
    assert Entry.objects.within(ALL).count() == 1


def test_a_household_is_one_wish_and_a_companion_answers(world, runs, opened):
    client = signed_in(world.daughter)
    fields = {"wishes": str(runs[0].pk), "form_key": "three", "for": str(world.daughter.uuid), "step": "confirm"}
    page = client.post(f"/rounds/{opened.code}/enter/", fields, follow=True)
    page = press(client, page, "加上张桂兰")
    seen(page, "要么都录取，要么都不录取")
    page = press(client, page, "请他一起报", who=world.rider.code)
    seen(page, "王*骑", "等他回答")
    rider = signed_in(world.rider)
    asked = rider.get(page.request["PATH_INFO"])
    answered = press(rider, asked, "同意一起报")
    seen(answered, "已经算您一份")
    entry = Entry.objects.within(ALL).get()
    assert (entry.size, entry.kind) == (3, "companions")


def test_a_heap_of_paper_is_looked_through_and_then_entered(world, runs, opened):
    clerk = signed_in(world.clerk)
    good = f"{enrolment.form_text(opened.code, world.elder.code)} 2 1"
    blank = f"{enrolment.form_text(opened.code)}\n{world.daughter.code} 1"
    bad = f"{enrolment.form_text(opened.code, world.elder.code)} 9"
    address = f"/rounds/staff/{opened.code}/bulk/"
    heap = "\n".join((good, blank, bad))
    page = clerk.get(address).content.decode()
    assert page.index('<li value="1">') < page.index('<li value="2">'), "the numbers to type stand beside the classes"
    look = clerk.post(address, {"forms": heap, "step": "look"})
    seen(look, "还没有录。没有错的 2 份，有错的 1 份", "班的序号是 1 到 2")
    assert not Entry.objects.within(ALL).exists()
    done = clerk.post(address, {"forms": heap, "step": "enter"})
    seen(done, "录入了 2 份", "1 份没有录，留在下面")
    assert set(Entry.objects.within(ALL).values_list("channel", flat=True)) == {"paper"}
    clerk.post(address, {"forms": heap, "step": "enter"})  # scanned twice is entered once
    assert Entry.objects.within(ALL).count() == 2


def test_the_clerk_says_where_a_form_comes_from_and_the_ticket_is_the_same(world, runs, opened):
    clerk, address = signed_in(world.clerk), f"/rounds/staff/{opened.code}/bulk/"
    one = f"{enrolment.form_text(opened.code, world.elder.code)} 1"
    seen(clerk.get(address), "从哪里来", "窗口", "电话")
    for channel in ("phone", "counter", "smoke signals"):  # the first one counts, the others are the same ticket
        clerk.post(address, {"forms": one, "step": "enter", "channel": channel})
    entry = Entry.objects.within(ALL).get()
    assert (entry.channel, entry.leader_id) == ("phone", world.elder.pk)
    other = f"{enrolment.form_text(opened.code, world.daughter.code)} 1"
    clerk.post(address, {"forms": other, "step": "enter", "channel": "smoke signals"})
    assert Entry.objects.within(ALL).get(leader=world.daughter).channel == "paper"


def test_paper_stamped_in_time_but_entered_late_waits_for_a_colleague(world, runs, opened):
    clerk = signed_in(world.clerk)
    with clock.frozen(CLOSES):
        form = {
            "forms": f"{enrolment.form_text(opened.code, world.elder.code)} 1",
            "step": "enter",
            "stamped": "2026-03-06T17:00",
            "why": "村里的表",
        }
        seen(clerk.post(f"/rounds/staff/{opened.code}/bulk/", form), "等另一位同事确认")
        assert not Entry.objects.within(ALL).exists()
        officer = signed_in(world.officer)
        page = officer.get(f"/rounds/staff/{opened.code}/")
        press(officer, page, "收下这份", reason="章在截止前")
        assert Entry.objects.within(ALL).get().leader_id == world.elder.pk


def test_a_clerk_plans_and_only_a_colleague_sees_the_button(world, runs):
    clerk = signed_in(world.clerk)
    page = clerk.get("/rounds/staff/plan/")
    fields = {
        "title": "春季班",
        "mode": "draw",
        "info_opens_at": "2026-03-05T08:00",
        "wishes_open_at": "2026-03-12T08:00",
        "wishes_close_at": "2026-03-16T18:00",
        "source_due_at": "2026-03-17T21:00",
        "source_kind": "dice",
        "source_name": "合德镇当众掷骰子",
        "offer_hours": "72",
        "wishes_max": "3",
        "group_size_max": "4",
        "series": "x",
        f"take-{runs[0].pk}": "1",
        f"seats-{runs[0].pk}": "20",
    }
    seen(page, "安排一轮报名", "腰鼓入门")
    refused = clerk.post("/rounds/staff/plan/", fields)
    assert refused.status_code == 422
    seen(refused, "在中签确认期结束之前就开课了")  # the class begins on the 16th


def test_nobody_reads_a_strangers_wishes(world, runs, opened):
    entry = enter(world.rider, opened, runs, now=world.now)
    assert signed_in(world.elder).get(f"/rounds/entries/{entry.uuid}/").status_code == 404
    assert enrolment.access_entry(actor=acting(world.rider), entry_uuid=entry.uuid).code == entry.code
