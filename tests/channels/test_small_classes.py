"""A clerk decides about classes with too few learners; a learner answers by page and by program."""

import json

from tests.channels.test_centre import text_of
from tests.channels.visit import signed_in
from xueqiao.domains.classes.models import ClassRun
from xueqiao.domains.enrolment.models import GroupDecision, Place
from xueqiao.foundation import clock
from xueqiao.foundation.scope import Scope


def test_the_workbench_says_that_decisions_are_due_and_the_list_has_three_ways_out(evening):
    clerk = signed_in(evening.clerk, staff=True)
    with clock.frozen(evening.now):
        assert "人数不够，等您决定" in text_of(clerk.get("/centre/"))
        page = text_of(clerk.get("/centre/small/"))
        for words in ("二胡入门", "报了 1 人，要 12 人", "照常开课", "并到别的班", "停办退费", "正在问学员的并班"):
            assert words in page, words
        clerk.post(f"/centre/runs/{evening.small_run.code}/open-anyway/")
        assert "报了 1 人，要 12 人" not in text_of(clerk.get("/centre/small/"))
    assert GroupDecision.objects.get(run=evening.small_run).choice == "open"


def test_the_clerk_chooses_a_class_and_a_time_and_learners_are_asked(evening):
    clerk, address = signed_in(evening.clerk, staff=True), f"/centre/runs/{evening.small_run.code}/merge/"
    asked = evening.merge_ask.decision.run
    with clock.frozen(evening.now):
        assert "（放不下）" in text_of(clerk.get(address))
        form = {"target": evening.drawn_run.code, "until": "2026-03-30T18:00"}
        refused = clerk.post(address, form)
        assert refused.status_code == 422
        assert "换一个时间" in text_of(refused)
        assert clerk.post(address, form | {"until": "soon"}).status_code == 422
        assert not GroupDecision.objects.filter(run=evening.small_run).exists()
        done = clerk.post(address, form | {"until": "2026-03-07T18:00"}, follow=True)
        assert "已问 1 位学员" in text_of(done)
    assert ClassRun.objects.get(pk=asked.pk).state == "published"


def test_a_learner_says_yes_on_the_page(evening):
    learner = signed_in(evening.learners[0])
    with clock.frozen(evening.now):
        page = text_of(learner.get(f"/mine/merge/{evening.merge_ask.uuid}/"))
        assert "座位给您留到 3 月 7 日" in page.replace("\u00a0", " ")
        done = text_of(learner.post(f"/mine/merge/{evening.merge_ask.uuid}/", {"answer": "yes"}, follow=True))
        assert "报名编号不变" in done
        assert "您已经换到新的班" in text_of(learner.get(f"/mine/merge/{evening.merge_ask.uuid}/"))
    place = Place.objects.within(Scope.everything("test")).get(pk=evening.merge_ask.place_id)
    assert (place.run_id, place.state) == (evening.small_run.pk, "confirmed")


def test_the_page_takes_no_third_answer(evening):
    with clock.frozen(evening.now):
        answer = signed_in(evening.learners[0]).post(f"/mine/merge/{evening.merge_ask.uuid}/", {"answer": "maybe"})
    assert answer.status_code == 422
    evening.merge_ask.refresh_from_db()
    assert evening.merge_ask.state == "asked"


def test_by_program_it_is_the_same_deed(evening):
    learner, address = signed_in(evening.learners[0]), f"/api/v1/merge-asks/{evening.merge_ask.uuid}"
    with clock.frozen(evening.now):
        assert learner.get(address).json()["state"] == "asked"
        answer = learner.post(f"{address}/answer", json.dumps({"agrees": False}), content_type="application/json")
        assert (answer.status_code, answer.json()["state"]) == (200, "declined")
