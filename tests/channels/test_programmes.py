"""Programmes on pages and by program: the matrix, the filter, the staff who keep it."""

import json
from datetime import date

import pytest
from django.db import transaction
from django.test import Client

from tests.channels.test_centre import text_of
from tests.channels.visit import signed_in
from tests.worlds.programmes import add_classes, add_programme
from tests.worlds.small_county import PROVINCE, add_place, add_run, small_county
from xueqiao.domains.classes import api as classes
from xueqiao.foundation import clock


@pytest.fixture
def world(db):
    made = small_county()
    programme = add_programme(made)
    sunday = add_run(made, centre=made.other_centre, hour=14, first_day=date(2026, 3, 8), title="茶艺", capacity=9)[0]
    add_classes(made, programme.code, made.run, sunday)
    add_place(made.run, made.elder)
    classes.refresh_listings(region=PROVINCE, now=made.now)
    with clock.frozen(made.now):
        yield made


def test_the_matrix_is_public_and_its_figures_are_counted(world):
    page = text_of(Client().get("/programmes/syyx/"))
    for words in ("射阳夜校", "射阳县社区学院", "主校", "临海职工夜校", "茶艺", "周日 14:00", "余 9 座", "周三 19:00"):
        assert words in page, words
    assert "教学点 3 正在办的班 2 还有座位 29 学员 1" in page
    assert "数据截至" in page
    by_course = text_of(Client().get("/programmes/SYYX/?by=course"))
    assert "每门课在哪里上" in by_course


def test_links_narrow_it_and_nonsense_in_the_address_is_left_out(world):
    one = text_of(Client().get(f"/programmes/SYYX/?site={world.other_centre.code}"))
    assert "茶艺" in one and "周三 19:00" not in one
    none = text_of(Client().get("/programmes/SYYX/?category=文化传承"))
    assert "现在没有这样的班" in none
    for nonsense in ("?by=x&site=NOPE&category=x&page=-1", "?page=99999", "?site=%27%3B"):
        assert Client().get(f"/programmes/SYYX/{nonsense}").status_code == 200
    for unknown in ("NOPE", "射阳", "A" * 40):
        assert Client().get(f"/programmes/{unknown}/").status_code == 404


def test_everybody_finds_the_list_the_class_names_its_programme_and_find_filters_by_it(world):
    assert "射阳夜校" in text_of(Client().get("/programmes/"))
    shown = Client().get(f"/classes/{world.run.code}/").content.decode()
    assert 'href="/programmes/SYYX/"' in shown
    found = text_of(Client().get("/find/?programme=SYYX&seats=0"))
    assert "找到 2 个班" in found and "射阳夜校 ×" in found
    assert "找到 2 个班" in text_of(Client().get("/find/?programme=NOPE&seats=0"))  # an old link shows classes


def test_the_clerk_of_a_site_adds_and_takes_out_her_classes(world):
    clerk = signed_in(world.clerk, staff=True)
    fresh = add_run(world, hour=9, title="新班")[0]
    page = text_of(clerk.get("/centre/programmes/SYYX/"))
    assert "新班" in page and "加教学点" not in page
    assert "加了 1 个班" in text_of(
        clerk.post("/centre/programmes/SYYX/", {"step": "add", "code": [fresh.code]}, follow=True)
    )
    clerk.post("/centre/programmes/SYYX/", {"step": "take", "code": fresh.code})
    assert classes.programme_of_run(fresh.pk) is None
    refused = clerk.post("/centre/programmes/SYYX/", {"step": "add"})
    assert refused.status_code == 422
    assert clerk.post("/centre/programmes/SYYX/", {"step": "site", "school": world.centre.code}).status_code == 403


def test_the_county_founds_one_searches_a_school_and_lets_it_join_and_leave(world):
    officer = signed_in(world.officer, staff=True)
    form = {"name": "射阳老年学堂", "code": "syln", "school": world.college.code, "summary": "家门口的老年学堂"}
    assert "接着加教学点" in text_of(officer.post("/centre/programmes/", form, follow=True))
    assert officer.post("/centre/programmes/", form).status_code == 409
    assert "临海镇社区教育中心" in text_of(officer.get("/centre/programmes/SYLN/?q=临海"))
    joined = officer.post(
        "/centre/programmes/SYLN/",
        {"step": "site", "school": world.other_centre.code, "called": "海边学堂"},
        follow=True,
    )
    assert "加进来了" in text_of(joined)
    gone = officer.post("/centre/programmes/SYLN/", {"step": "leave", "school": world.other_centre.code}, follow=True)
    assert "已退出" in text_of(gone)


def test_a_clerk_founds_one_for_her_own_centre(world):
    clerk = signed_in(world.clerk, staff=True)
    form = {"name": "合德夜校", "code": "HEDE", "summary": "合德镇的夜校", "school": world.college.code}
    clerk.post("/centre/programmes/", form)
    assert classes.get_programme("HEDE").institution_id == world.centre.id


def test_by_program_it_is_the_same(world):
    shown = Client().get("/api/v1/programmes/SYYX").json()
    assert shown["figures"] | {"as_of": ""} == {
        "sites": 3,
        "classes_listed": 2,
        "classes_all": 2,
        "seats_left": 29,
        "learners": 1,
        "as_of": "",
    }
    assert [line["part_of_week"] for line in shown["classes"]] == ["evening", "weekend"]
    assert [each["code"] for each in Client().get("/api/v1/programmes").json()] == ["SYYX"]
    assert Client().get("/api/v1/classes?programme=SYYX&seats=false").json()["total"] == 2
    assert Client().get("/api/v1/classes?programme=NOPE").status_code == 404
    clerk, fresh = signed_in(world.clerk, staff=True), add_run(world, hour=9)[0]
    body = json.dumps({"class_codes": [fresh.code]})
    answer = clerk.post("/api/v1/programmes/SYYX/classes", body, content_type="application/json")
    assert (answer.status_code, answer.json()) == (200, {"added": 1})
    resident = signed_in(world.elder)
    assert resident.post("/api/v1/programmes/SYYX/classes", body, content_type="application/json").status_code == 403


def test_seats_by_list_are_told_as_free_nowhere(world):
    """A class whose seats are a firm's: neither search, nor matrix, nor sums call them free."""
    visitor = Client()

    def told():
        found = visitor.get("/api/v1/classes", {"region": world.run.region, "seats": "false"}).json()["items"]
        (card,) = [each for each in found if each["code"] == world.run.code]
        programme = visitor.get("/api/v1/programmes/SYYX").json()
        (line,) = [each for each in programme["classes"] if each["class_code"] == world.run.code]
        return card["seats_left_shown"], line["seats_left_shown"], line["by_list"], programme["figures"]["seats_left"]

    assert told() == (20, 20, False, 29)
    with transaction.atomic():
        classes.show_by_list(run_id=world.run.pk)
    assert told() == (0, 0, True, 9)
    page = text_of(visitor.get("/programmes/SYYX/"))
    assert "凭名单报名" in page
    assert "余 20 座" not in page
