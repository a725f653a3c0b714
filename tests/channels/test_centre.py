"""The centre's workbench and the words and shapes of pages, without a browser."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.template import Context, Template

from tests.channels.visit import signed_in
from tests.worlds import lively, small_county
from xueqiao.channels.web.templatetags import xueqiao as tags
from xueqiao.domains.classes.models import ClassRun
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.learning import api as learning
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.clock import at_local
from xueqiao.foundation.reasons import NotAllowed


def text_of(response) -> str:  # type: ignore[no-untyped-def]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_today_shows_sessions_with_room_teacher_and_arrivals(evening: lively.Lively) -> None:
    teacher = small_county.on_duty(evening.teacher, "teacher", small_county.HEDE)
    missing = {evening.learners[0].id: "absent"}
    learning.record_roll(actor=teacher, session_id=evening.roll_session.id, marks=missing, now=evening.now)
    with clock.frozen(evening.now):
        page = text_of(signed_in(evening.clerk, staff=True).get("/centre/"))
    assert "17:00–18:30" in page
    assert "陆建芬" in page
    assert "39 / 40" in page
    assert "正在上" in page


def test_the_desk_rings_those_who_pay_at_the_centre_and_nobody_else(evening: lively.Lively) -> None:
    clerk = small_county.on_duty(evening.clerk, "centre_clerk", small_county.HEDE)
    centre = evening.small.centre.id
    assert enrolment.calls_to_make(actor=clerk, institution_id=centre, now=evening.now) == []
    for_mother = small_county.acting(evening.daughter, acts_for=(evening.elder,))
    enrolment.keep_for_counter(actor=for_mother, place_uuid=evening.held_place.uuid, now=evening.now)
    calls = enrolment.calls_to_make(actor=clerk, institution_id=centre, now=evening.now)
    assert [(call.person_name, call.phone, call.to_pay_fen) for call in calls] == [
        ("张桂兰", evening.elder.phone, 24000)
    ]
    with pytest.raises(NotAllowed):
        enrolment.calls_to_make(actor=for_mother, institution_id=centre, now=evening.now)


def test_teachers_of_the_place_may_be_chosen_and_others_not(evening: lively.Lively) -> None:
    stranger = small_county.add_person("外地教师")
    small_county.give_role(stranger, "teacher", small_county.LINHAI, evening.small.other_centre)
    found = people.teachers_in(
        small_county.HEDE, institution_id=evening.small.centre.id, on=clock.local_date(evening.now)
    )
    names = [name for _, name in found]
    assert "陆建芬" in names
    assert "外地教师" not in names


def test_a_clerk_of_another_town_sees_neither_roster_nor_draft(evening: lively.Lively) -> None:
    other = small_county.add_person("临海办事员")
    small_county.give_role(other, "centre_clerk", small_county.LINHAI, evening.small.other_centre)
    with clock.frozen(evening.now):
        client = signed_in(other, staff=True)
        for code in (evening.roll_run.code, evening.draft_run.code):
            response = client.get(f"/centre/runs/{code}/")
            assert response.status_code == 403
            assert evening.learners[0].name not in response.content.decode()
        assert client.get(f"/centre/open/?from={evening.roll_run.code}").status_code == 403
        assert client.post(f"/centre/runs/{evening.draft_run.code}/publish/").status_code == 403
    assert ClassRun.objects.get(code=evening.draft_run.code).state == "draft"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("first_day", "2026-03-04", "明天到一年"),
        ("first_day", "2031-01-01", "一年之内"),
        ("price", "-1", "30.50 这样"),
        ("price", "1e3", "30.50 这样"),
        ("price", "30.555", "30.50 这样"),
        ("price", "三十", "30.50 这样"),
        ("price", "NaN", "30.50 这样"),
        ("capacity", "0", "1"),
        ("room", "999999", "999999"),
        ("admission", "whoever pays", "whoever pays"),
    ],
)
def test_bad_input_opens_no_class(evening: lively.Lively, field: str, value: str, said: str) -> None:
    form = {
        "from": evening.roll_run.code,
        "title": "新班",
        "first_day": "2026-07-01",
        "room": str(evening.roll_run.room_id),
        "teacher": str(evening.teacher.id),
        "capacity": "20",
        "price": "0",
        "admission": "first_come",
    }
    before = ClassRun.objects.count()
    with clock.frozen(evening.now):
        response = signed_in(evening.clerk, staff=True).post("/centre/open/", form | {field: value})
    assert response.status_code == 422
    assert said in text_of(response)
    assert ClassRun.objects.count() == before


def test_two_classes_of_one_name_are_told_apart_by_when_they_began(evening: lively.Lively) -> None:
    first = min(evening.roll_run.sessions.values_list("starts_at", flat=True))
    with clock.frozen(evening.now):
        page = text_of(signed_in(evening.clerk, staff=True).get("/centre/open/"))
    assert "第一次上课" in page
    assert tags.moment_words(first).replace("\xa0", " ") in page.replace("\xa0", " ").replace("&nbsp;", " ")


def test_the_help_page_names_the_desk_of_the_chosen_place(evening: lively.Lively) -> None:
    client = signed_in(evening.elder)
    client.cookies["place"] = str(small_county.HEDE)
    with clock.frozen(evening.now):
        assert "合德镇社区教育中心" in text_of(client.get("/help/"))


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元"),
        (100, "一元"),
        (1000, "十元"),
        (1500, "十五元"),
        (20500, "二百零五元"),
        (24000, "二百四十元"),
        (1000500, "一万零五元"),
        (12345678, "十二万三千四百五十六元七角八分"),
        (100105, "一千零一元零五分"),
    ],
)
def test_amounts_are_said_in_words(fen: int, words: str) -> None:
    assert tags.yuan_spoken(fen) == words


@pytest.mark.parametrize(
    ("hours", "word"),
    [(-9, "今早"), (-4, "今天"), (1, "今晚"), (14, "明早"), (19, "明天"), (25, "明晚"), (49, "后天"), (73, "周六")],
)
def test_days_have_the_words_people_use(hours: int, word: str) -> None:
    now = at_local(small_county.TODAY, 18)
    with clock.frozen(now):
        assert tags.relative_day(now + timedelta(hours=hours)) == word


def test_a_moment_reads_as_people_write_it_and_names_another_year() -> None:
    moment: datetime = at_local(small_county.TODAY, 19)
    with clock.frozen(moment):
        assert tags.moment_words(moment).replace("\u00a0", " ") == "3 月 4 日 周三 19:00"
        assert tags.day_words(moment + timedelta(days=365)).replace("\u00a0", " ") == "2027 年 3 月 4 日"


@pytest.mark.parametrize(
    ("left", "capacity", "kind", "stones", "taken"),
    [
        (6, 30, "open", 30, 24),
        (2, 24, "few", 24, 22),
        (0, 40, "full", 40, 40),
        (30, 30, "open", 30, 0),
        (1, 200, "few", 40, 39),
        (199, 200, "open", 40, 1),
        (-3, 10, "full", 10, 10),
        (50, 10, "open", 10, 0),
    ],
)
def test_the_seat_arch_shows_a_gap_while_a_seat_is_free(
    left: int, capacity: int, kind: str, stones: int, taken: int
) -> None:
    arch = tags.seat_arch(left, capacity)
    assert (arch["kind"], arch["stones"], arch["taken_stones"]) == (kind, stones, taken)


def test_titles_are_escaped_in_every_part_that_shows_them() -> None:
    bad = "<script>alert(1)</script>"
    for part in ("notice", "confirmation_panel", "empty_state", "tag"):
        source = "{% include 'parts/" + part + ".html' with title=bad text=bad number=bad kind='info' %}"
        assert "<script>" not in Template(source).render(Context({"bad": bad}))
    assert "<script>" not in Template("{% load xueqiao %}{% qr_svg bad %}").render(Context({"bad": bad}))


def test_the_clerk_sees_the_papers_confirms_and_the_daughter_may_act(evening: lively.Lively) -> None:
    neighbour = small_county.add_person("吴阿婆", born=date(1948, 2, 3), phone=None)
    link = small_county.link_family(agent=evening.daughter, subject=neighbour, relation="other", state="waiting")
    clerk = signed_in(evening.clerk, staff=True)
    address = f"/centre/links/{link.uuid}/confirm/"
    with clock.frozen(evening.now):
        assert "李秀梅要替吴阿婆办理" in text_of(clerk.get("/centre/"))
        assert clerk.post(address, {"papers_seen": " "}).status_code == 422
        link.refresh_from_db()
        assert link.state == "waiting"
        assert clerk.post(address, {"papers_seen": "户口簿"}).status_code == 302
    link.refresh_from_db()
    assert (link.state, link.confirmed_how) == ("active", "counter")
    daughter = small_county.acting(evening.daughter)
    assert people.require_may_act_for(daughter, neighbour.pk, now=evening.now).startswith("family")
