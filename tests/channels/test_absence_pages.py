"""Absences in a row through the pages: she says why, the desk keeps a seat, and by program."""

import json
from datetime import timedelta

import pytest

from tests.channels.test_enrol_pages import seen
from tests.domains.learning.absent import AbsentClass
from tests.signing_in import signed_in
from xueqiao.domains.learning import api as learning
from xueqiao.foundation import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return AbsentClass()


def address(case):
    return f"/mine/absences/{case.case().uuid}/"


def test_the_notice_leads_to_a_page_on_which_she_keeps_her_seat(case):
    now = case.roll(times=5)
    with clock.frozen(now):
        client = signed_in(case.away)
        seen(client.get("/mine/notices/"), "连续 5 次没来", "座位就给您留着")
        page = client.get(address(case))
        seen(page, "连续 5 次没来上课", "起，座位会让给候补的人", "学费不退")
        answer = client.post(address(case), {"reason": "忙"})
        assert answer.status_code == 422
        seen(answer, "至少四个字")
        done = client.post(address(case), {"reason": "住院了，下周能来"}, follow=True)
        seen(done, "已经按请假记下", "住院了，下周能来")
    assert learning.release_no_shows(now=now + timedelta(days=2)) == 0


def test_when_the_seat_is_gone_she_may_queue_again(case):
    now = case.roll(times=5) + timedelta(hours=24)
    learning.release_no_shows(now=now)
    with clock.frozen(now):
        seen(signed_in(case.away).get(address(case)), "座位已经让给候补的人", "再排候补")


def test_the_desk_rings_and_keeps_the_seat(case):
    now = case.roll(times=5)
    with clock.frozen(now):
        client = signed_in(case.room.world.clerk)
        seen(client.get("/centre/"), "有 1 个人连续缺课")
        page = client.get("/centre/absences/")
        seen(page, case.away.name, case.away.phone, "1 个候补", "起会让出去")
        done = client.post(f"/centre/absences/{case.case().uuid}/", {"reason": "电话里说住院"}, follow=True)
        seen(done, "按请假记下了，座位留着", "没有连续缺课的人")
    assert case.cases() == [("excused", 5)]


def test_by_program(case):
    now = case.roll(times=3)
    with clock.frozen(now):
        client = signed_in(case.away)
        (shown,) = client.get("/api/v1/absences").json()
        assert (shown["state"], shown["absences"], shown["may_excuse"]) == ("warned", 3, True)
        answer = client.post(
            f"/api/v1/absences/{shown['uuid']}/excuse",
            json.dumps({"reason": "回老家一个月"}),
            content_type="application/json",
        )
    assert (answer.status_code, answer.json()["state"]) == (200, "excused")
