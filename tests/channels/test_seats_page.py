"""The clerk changes how many seats a class has: bounds with their reasons, the line first, and by program."""

import json

import pytest

from tests.channels.test_centre import text_of
from tests.channels.visit import signed_in
from tests.worlds import lively
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.foundation import clock


def test_the_class_leads_to_the_page_and_the_page_says_why_it_has_these_bounds(evening):
    clerk, code = signed_in(evening.clerk, staff=True), evening.roll_run.code
    with clock.frozen(evening.now):
        assert f"/centre/runs/{code}/seats/" in clerk.get(f"/centre/runs/{code}/").content.decode()
        page = clerk.get(f"/centre/runs/{code}/seats/")
        assert f'min="{lively.LEARNERS}" max="200"' in page.content.decode()
        assert f"已报名 {lively.LEARNERS} 人" in text_of(page)
        assert "给了的座位不收回" in text_of(page)
        assert "就坐得下这么多" in text_of(page)


def test_new_seats_go_to_the_line_and_the_clerk_is_told_so(evening):
    clerk, code = signed_in(evening.clerk, staff=True), evening.full_run.code
    with clock.frozen(evening.now):
        assert "有 1 位在候补" in text_of(clerk.get(f"/centre/runs/{code}/seats/"))
        done = clerk.post(f"/centre/runs/{code}/seats/", {"capacity": "3"}, follow=True)
    assert "从 1 个改到 3 个" in text_of(done)
    assert "先问候补的 1 位" in text_of(done)
    assert enrolment.seats_of(evening.full_run.pk).capacity == 3


@pytest.mark.parametrize("typed", ["", "abc", "-3", "2.5", "99999", "１２", "0", "201"])
def test_what_makes_no_sense_is_answered_in_words_and_nothing_changes(evening, typed):
    clerk, code = signed_in(evening.clerk, staff=True), evening.roll_run.code
    before = enrolment.seats_of(evening.roll_run.pk)
    with clock.frozen(evening.now):
        answer = clerk.post(f"/centre/runs/{code}/seats/", {"capacity": typed})
    assert answer.status_code == 422
    assert "座位没有改" in text_of(answer)
    assert enrolment.seats_of(evening.roll_run.pk) == before


def test_a_cancelled_class_has_nothing_to_change(evening):
    clerk, code = signed_in(evening.clerk, staff=True), evening.roll_run.code
    type(evening.roll_run).objects.filter(pk=evening.roll_run.pk).update(state="cancelled")
    with clock.frozen(evening.now):
        page = clerk.get(f"/centre/runs/{code}/seats/")
    assert "已经取消或结束了" in text_of(page)
    assert "<form method" not in page.content.decode().split("<main")[1].split("</main")[0]


def test_by_program_it_is_the_same_deed(evening):
    clerk, address = signed_in(evening.clerk, staff=True), f"/api/v1/classes/{evening.roll_run.code}/seats"
    with clock.frozen(evening.now):
        answer = clerk.put(address, json.dumps({"capacity": 60}), content_type="application/json")
        assert answer.status_code == 200
        assert answer.json() == {
            "class_code": evening.roll_run.code,
            "capacity": 60,
            "held": 0,
            "taken": lively.LEARNERS,
            "left": 60 - lively.LEARNERS,
        }
        refused = clerk.put(address, json.dumps({"capacity": 1}), content_type="application/json")
        assert (refused.status_code, refused.json()["type"].rsplit(":", 1)[-1]) == (409, "seats_in_use")
