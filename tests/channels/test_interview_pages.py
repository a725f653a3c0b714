"""Interviews through the pages: criteria, times, taking one, two judges, results; and by program."""

import json
import re

import pytest

from tests.channels.test_enrol_pages import press, seen
from tests.domains.enrolment.interviewing import AFTER_SLOT, PUBLISHED, Choir, interview_of
from tests.signing_in import signed_in
from xueqiao.domains.people.models import Person
from xueqiao.foundation import clock
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db


def second_judge():
    return Person.objects.within(Scope.everything("test")).get(name="另一位老师")


def test_the_desk_writes_criteria_before_the_round_opens():
    choir = Choir(is_open=False, with_criteria=False)
    with clock.frozen(choir.earlier):
        client = signed_in(choir.world.clerk)
        page = client.get(f"/rounds/staff/{choir.code}/interviews/")
        seen(page, "打分标准", "第 1 条看什么")
        refused = client.post(
            f"/rounds/staff/{choir.code}/interviews/",
            {"step": "criteria", "name-1": "音准", "words-1": "好", "most-1": "30"},
        )
        assert refused.status_code == 422
        seen(refused, "怎样算好")
        done = client.post(
            f"/rounds/staff/{choir.code}/interviews/",
            {"step": "criteria", "name-1": "音准", "words-1": "音准、节奏都很稳", "most-1": "30"},
            follow=True,
        )
        seen(done, "打分标准存好了")
        assert 'value="音准、节奏都很稳"' in done.content.decode()


def test_from_entering_to_the_result():
    choir = Choir(seats=1)
    elder = choir.world.elder
    with clock.frozen(choir.now):
        desk = signed_in(choir.world.clerk)
        desk.post(
            f"/rounds/staff/{choir.code}/interviews/",
            {
                "step": "slots",
                "run": choir.runs[0].pk,
                "starts_at": f"{clock.local(AFTER_SLOT):%Y-%m-%d}T09:00",
                "minutes": "15",
                "count": "2",
                "capacity": "1",
                "where": "三楼琴房",
            },
        )
        client = signed_in(elder)
        seen(client.get(f"/rounds/{choir.code}/"), "看什么，怎么打分", "音准", "满分的 60 % 算通过")
        _person, entry = choir.enter(elder)
        seen(client.get(f"/rounds/entries/{entry.uuid}/"), "还没约面谈时间", "约面谈时间")
        page = client.get(f"/rounds/entries/{entry.uuid}/interview/")
        slot = re.search(r'name="slot" value="([^"]+)"', page.content.decode()).group(1)
        booked = client.post(f"/rounds/entries/{entry.uuid}/interview/", {"slot": slot}, follow=True)
        seen(booked, "约好了", "三楼琴房", "换个时间")
    interview = interview_of(entry)
    for judge in (choir.world.clerk, second_judge()):
        with clock.frozen(AFTER_SLOT):
            seat = signed_in(judge)
            page = seat.get(f"/rounds/interviews/{interview.uuid}/")
            seen(page, "给张桂兰打分", "各打各的")
            assert "声音亮" not in page.content.decode(), "the other's words are not shown"
            seat.post(
                f"/rounds/interviews/{interview.uuid}/",
                {"points-1": "25", "points-2": "15", "words": "声音亮，节奏稳"},
                follow=True,
            )
    with clock.frozen(PUBLISHED):
        desk = signed_in(choir.world.clerk)
        page = desk.get(f"/rounds/staff/{choir.code}/interviews/")
        seen(page, "都打完了，可以公布结果", "80 分，满分 100")
        seen(press(desk, page, "公布面谈结果"), "结果公布了")
        mine = signed_in(elder).get("/mine/")
        seen(mine, "面谈通过，录取了")
        assert "看抽签回执" not in mine.content.decode()
        seen(signed_in(elder).get(f"/rounds/entries/{entry.uuid}/"), "面谈通过，录取了", "80 分，满分 100", "声音亮")


def test_a_half_empty_sheet_keeps_what_was_typed():
    choir = Choir()
    _person, _entry, interview = choir.booked("报名一", choir.slots()[0])
    with clock.frozen(AFTER_SLOT):
        answer = signed_in(choir.world.clerk).post(
            f"/rounds/interviews/{interview.uuid}/", {"points-1": "99", "points-2": "7", "words": "声音亮，节奏稳"}
        )
    assert answer.status_code == 422
    seen(answer, "没有记下", "声音亮，节奏稳")
    assert 'value="99"' in answer.content.decode()


def test_by_program():
    choir = Choir()
    slots = choir.slots(count=2)
    person, entry = choir.enter("报名一")
    with clock.frozen(choir.now):
        client = signed_in(person)
        criteria = client.get(f"/api/v1/rounds/{choir.code}/criteria").json()
        assert (criteria["pass_percent"], len(criteria["criteria"])) == (60, 2)
        shown = client.get(f"/api/v1/entries/{entry.uuid}/interview").json()
        assert (shown["state"], len(shown["slots"])) == ("none", 2)
        answer = client.put(
            f"/api/v1/entries/{entry.uuid}/interview",
            json.dumps({"slot_uuid": str(slots[1].uuid)}),
            content_type="application/json",
        )
    assert answer.status_code == 200
    assert answer.json()["slot"]["uuid"] == str(slots[1].uuid)


def test_a_round_of_interviews_is_planned_on_the_page_of_rounds():
    choir = Choir(is_open=False)
    with clock.frozen(choir.now):
        page = signed_in(choir.world.clerk).get("/rounds/staff/plan/")
    seen(page, "面谈", "腰鼓入门")
