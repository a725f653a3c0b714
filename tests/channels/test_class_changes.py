"""A clerk cancels a class, moves, drops and makes up a meeting; learners read it on their pages. Without a browser."""

from datetime import timedelta

from tests.channels.test_centre import text_of
from tests.channels.visit import signed_in
from tests.worlds import small_county
from xueqiao.domains.classes.models import ClassRun, Session
from xueqiao.foundation import clock
from xueqiao.foundation.clock import local


def test_the_clerk_sees_what_a_cancellation_does_before_it_is_done(evening, deliver_due):
    clerk, address = signed_in(evening.clerk, staff=True), f"/centre/runs/{evening.roll_run.code}/cancel/"
    with clock.frozen(evening.now):
        page = text_of(clerk.get(address))
        assert "已报名 40 人" in page
        assert "3 / 8 次" in page
        refused = clerk.post(address, {"reason": " "})
        assert refused.status_code == 422
        assert "请写明原因" in text_of(refused)
        assert ClassRun.objects.get(pk=evening.roll_run.pk).state == "published"
        done = text_of(clerk.post(address, {"reason": "老师生病"}, follow=True))
        deliver_due(evening.now)
        assert "40 位学员会收到通知" in done
        assert "已取消" in done
        mine = signed_in(evening.learners[0])
        assert "老师生病" in text_of(mine.get("/mine/"))
        assert "老师生病" in text_of(mine.get("/mine/notices/"))
        mine.post("/mine/notices/")
        assert "老师生病" not in text_of(mine.get("/mine/"))


def test_a_meeting_is_checked_moved_dropped_and_made_up(evening):
    clerk = signed_in(evening.clerk, staff=True)
    sessions = {each.number: each for each in evening.roll_run.sessions.all()}
    address = f"/centre/sessions/{sessions[6].id}/"
    there = local(sessions[7].starts_at)
    form = {
        "step": "move",
        "day": f"{there:%Y-%m-%d}",
        "start": f"{there:%H:%M}",
        "room": str(sessions[6].room_id),
        "teacher": str(sessions[6].teacher_id),
        "reason": "教室漏水",
    }
    with clock.frozen(evening.now):
        checked = text_of(clerk.get(address, form))
        assert "时间冲突" in checked
        refused = clerk.post(address, form)
        assert refused.status_code == 422
        assert "已有课" in text_of(refused)
        past = clerk.post(address, form | {"day": "2020-01-01"})
        assert "没有办成：新的时间已经过去" in text_of(past) and "都空着" not in text_of(past)
        tomorrow = {"day": f"{local(sessions[6].starts_at + timedelta(days=1)):%Y-%m-%d}"}
        assert "教室和老师都空着" in text_of(clerk.get(address, form | tomorrow))
        assert clerk.post(address, form | tomorrow).status_code == 302
        slip = clerk.post(address, {"step": "cancel", "why": "电"})
        assert slip.status_code == 422 and 'value="电"' in slip.content.decode(), "what was typed is kept"
        assert clerk.post(address, {"step": "cancel", "why": "停电"}).status_code == 302
        assert "还没补" in text_of(clerk.get(f"/centre/runs/{evening.roll_run.code}/"))
        later = {"day": f"{local(sessions[8].starts_at + timedelta(days=8)):%Y-%m-%d}"}
        assert clerk.post(address, form | later | {"step": "make_up"}).status_code == 302
        dropped = f"/centre/sessions/{evening.dropped_session.id}/"
        assert clerk.post(dropped, {"step": "give_back"}).status_code == 302
        assert "已经退了" in text_of(clerk.get(dropped))
    assert Session.objects.filter(run=evening.roll_run, makes_up_for=sessions[6]).count() == 1
    assert Session.objects.get(pk=sessions[6].pk).starts_at == sessions[6].starts_at + timedelta(days=1)


def test_another_town_changes_nothing(evening):
    other = small_county.add_person("临海办事员")
    small_county.give_role(other, "centre_clerk", small_county.LINHAI, evening.small.other_centre)
    client, session = signed_in(other, staff=True), evening.roll_run.sessions.get(number=6)
    with clock.frozen(evening.now):
        assert client.post(f"/centre/runs/{evening.roll_run.code}/cancel/", {"reason": "停办"}).status_code == 403
        assert client.post(f"/centre/sessions/{session.id}/", {"step": "cancel", "why": "停电"}).status_code == 403
    assert ClassRun.objects.get(pk=evening.roll_run.pk).state == "published"
    assert Session.objects.get(pk=session.pk).state == "planned"
