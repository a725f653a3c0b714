import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from tests.channels.visit import signed_in
from tests.domains.credits.completed import EVERYTHING, SYSTEM, completed
from tests.domains.learning.classroom import classroom, rows
from tests.domains.learning.test_sign_in_by_code import token_at
from xueqiao.channels.web.mine.calendar_file import Meeting, calendar_text
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import CreditProposal
from xueqiao.domains.learning import api as learning
from xueqiao.domains.people.models import Account
from xueqiao.foundation import clock
from xueqiao.foundation.ledger.api import balance_of

pytestmark = pytest.mark.django_db


def text_of(response) -> str:  # type: ignore[no-untyped-def]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_my_learning_shows_the_next_class_its_code_and_the_way_out() -> None:
    room = classroom(1)
    elder = room.learners[0]
    with clock.frozen(room.world.now):
        response = signed_in(elder).get("/mine/")
    assert response.status_code == 200
    page = text_of(response)
    for words in ("我的课", room.run.title, "19:00", "合德镇社区教育中心", "已报名", "退掉这个班", "全部加入日历"):
        assert words in page, words
    assert re.search(r"P\d{3} \d{4}", page)


def test_a_visitor_is_sent_to_sign_in_from_every_personal_page() -> None:
    for path in ("/mine/", "/mine/passport/", "/mine/calendar.ics", f"/mine/certificates/{uuid4()}/"):
        response = Client().get(path)
        assert response.status_code == 302, path
        assert response["Location"].startswith("/sign-in/"), path


def test_a_daughter_sees_her_mothers_classes_under_a_banner_and_a_stranger_does_not() -> None:
    room = classroom(1)
    world = room.world
    with clock.frozen(world.now):
        page = text_of(signed_in(world.daughter).get(f"/mine/?for={world.elder.uuid}"))
        refused = signed_in(world.rider).get(f"/mine/?for={world.elder.uuid}")
    assert "正在替 张桂兰 操作" in page
    assert room.run.title in page
    assert refused.status_code == 404
    assert room.run.title not in text_of(refused)


def test_a_late_correction_is_read_by_the_learner() -> None:
    room = classroom(1)
    learning.record_roll(actor=room.teacher, session_id=room.first.pk, marks={}, now=room.during())
    late = room.first.ends_at + timedelta(hours=5)
    learning.correct_attendance(
        actor=room.teacher,
        session_id=room.first.pk,
        person_id=room.learners[0].pk,
        state="late",
        reason="七点半才到",
        now=late,
    )
    with clock.frozen(late):
        page = text_of(signed_in(room.learners[0]).get("/mine/"))
    assert "第 1 次迟到" in page
    assert "原因：七点半才到" in page


def test_my_learning_costs_few_queries(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    room = classroom(1)
    client = signed_in(room.learners[0])
    with clock.frozen(room.world.now), django_assert_max_num_queries(14):
        client.get("/mine/")


def unfolded(text: str) -> list[str]:
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    return text.replace("\r\n ", "").split("\r\n")


def test_the_calendar_file_holds_every_meeting_ahead_in_the_form_of_the_standard() -> None:
    room = classroom(1)
    with clock.frozen(room.world.now):
        response = signed_in(room.learners[0]).get("/mine/calendar.ics")
        one = signed_in(room.learners[0]).get(f"/mine/calendar/{room.run.code}.ics")
        other = signed_in(room.learners[0]).get("/mine/calendar/R000000.ics")
    lines = unfolded(response.content.decode())
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert (lines[0], lines[-2], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR", "")
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == lines.count("BEGIN:VALARM") == 8
    assert f"SUMMARY:{room.run.title}" in lines
    starts = [line.removeprefix("DTSTART:") for line in lines if line.startswith("DTSTART:")]
    assert datetime.strptime(starts[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) == room.first.starts_at
    assert len({line for line in lines if line.startswith("UID:")}) == 8
    assert unfolded(one.content.decode()).count("BEGIN:VEVENT") == 8
    assert other.status_code == 404


def test_calendar_text_is_escaped_and_folded_between_characters() -> None:
    moment = datetime(2026, 3, 4, 11, tzinfo=UTC)
    title = "书画；山水, 花鸟; 第一\\二段\n" + "长" * 60
    text = calendar_text("我的课", [Meeting("1@x", title, "a,b", "", moment, moment)], now=moment)
    lines = unfolded(text)
    assert "SUMMARY:书画；山水\\, 花鸟\\; 第一\\\\二段\\n" + "长" * 60 in lines
    assert "LOCATION:a\\,b" in lines


def test_the_passport_offers_the_credit_with_its_rule_and_one_press_deposits_it() -> None:
    done = completed()
    view = credit_bank.propose_credit(actor=SYSTEM, completion_id=done.completion.pk, now=done.now)
    client = signed_in(done.person)
    with clock.frozen(done.now):
        page = text_of(client.get("/mine/passport/"))
        assert "出勤 8/8 次，满足《社区教育学分认定规则（默认稿）》第 3 条" in page
        assert "确认存入 0.5 学分" in page
        assert "未经主管部门确认" in page
        for _ in range(2):
            response = client.post(f"/mine/proposals/{view.uuid}/deposit/")
            assert response["Location"] == "/mine/passport/"
        page = text_of(client.get("/mine/passport/"))
    assert "撤回这笔" in page
    assert "另留存 4 学时" in page
    assert balance_of("CREDIT.community", f"person:{done.person.pk}:available").available == 50
    with clock.frozen(done.now + timedelta(minutes=5)):
        client.post(f"/mine/proposals/{view.uuid}/take-back/")
    assert balance_of("CREDIT.community", f"person:{done.person.pk}:available").available == 0


def test_a_stranger_deposits_nothing_and_reads_no_certificate() -> None:
    done = completed()
    view = credit_bank.propose_credit(actor=SYSTEM, completion_id=done.completion.pk, now=done.now)
    certificate = credit_bank.issue_certificate(actor=SYSTEM, completion_id=done.completion.pk, now=done.now)
    client = signed_in(done.room.world.rider)
    with clock.frozen(done.now):
        assert client.post(f"/mine/proposals/{view.uuid}/deposit/").status_code == 403
        for end in ("/", ".pdf", ".json"):
            assert client.get(f"/mine/certificates/{certificate.uuid}{end}").status_code == 404
    assert CreditProposal.objects.within(EVERYTHING).get().state == "proposed"


def test_a_form_without_its_token_deposits_nothing() -> None:
    done = completed()
    view = credit_bank.propose_credit(actor=SYSTEM, completion_id=done.completion.pk, now=done.now)
    client = Client(enforce_csrf_checks=True)
    client.force_login(Account.objects.get(person=done.person), backend="xueqiao.channels.web.sessions.AccountBackend")
    with clock.frozen(done.now):
        assert client.post(f"/mine/proposals/{view.uuid}/deposit/").status_code == 403
    assert CreditProposal.objects.within(EVERYTHING).get().state == "proposed"


def test_the_certificate_page_leads_to_files_that_verify() -> None:
    done = completed()
    client = signed_in(done.person)
    with clock.frozen(done.now):
        response = client.post(f"/mine/completions/{done.completion.pk}/certificate/")
        page = text_of(client.get(response["Location"]))
        base = response["Location"].rstrip("/")
        pdf, credential = client.get(base + ".pdf"), client.get(base + ".json")
    assert "12" in page
    assert re.search(r"XQ26(-\w{4}){3}", page)
    assert pdf["Content-Type"] == "application/pdf"
    for body in (pdf.content, credential.content):
        assert credit_bank.verify_file(body, trusted_keys=credit_bank.trusted_keys()).state == "valid"


def test_a_scan_signs_in_and_a_repeated_scan_is_friendly() -> None:
    room = classroom(1)
    now = room.first.starts_at - timedelta(minutes=2)
    token, client = token_at(room, now), signed_in(room.learners[0])
    with clock.frozen(now):
        assert "已签到 18:58" in text_of(client.get(f"/attend/{token}/"))
        page = text_of(client.get(f"/attend/{token}/"))
    assert "已签到 18:58" in page
    assert "刚才已经签过了" in page
    assert len(rows(room.run)) == 1


def test_a_stale_scan_says_what_to_do_and_a_mother_is_signed_in_by_her_daughter() -> None:
    room = classroom(1)
    now = room.during()
    token = token_at(room, now)
    with clock.frozen(now + timedelta(minutes=2)):
        stale = signed_in(room.learners[0]).get(f"/attend/{token}/")
    assert stale.status_code == 410
    assert "再扫一次" in text_of(stale)
    daughter = signed_in(room.world.daughter)
    with clock.frozen(now):
        assert "替张桂兰签到" in text_of(daughter.get(f"/attend/{token}/"))
        assert rows(room.run) == []
        assert "已签到" in text_of(daughter.get(f"/attend/{token}/?for={room.world.elder.uuid}"))
    assert len(rows(room.run)) == 1
