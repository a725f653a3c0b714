"""The pages that need no account: what they say, what they refuse, how few queries they take."""

import gzip
from datetime import timedelta

import pytest

from tests.worlds.small_county import COUNTY, HEDE, add_run, small_county
from xueqiao.domains.catalogue.api import index_courses
from xueqiao.domains.catalogue.models import LearningUnit
from xueqiao.domains.classes.api import refresh_listings
from xueqiao.domains.classes.models import ClassListing, ClassRun
from xueqiao.foundation import clock

PAGES = ["/", "/find/", "/courses/", "/courses/C402/", "/courses/C402/units/1/", "/place/"]


@pytest.fixture
def county(db):
    world = small_county()
    ClassRun.objects.filter(id=world.run.id).update(price_fen=48_000, subsidy_fen=24_000)
    LearningUnit.objects.create(
        course=world.course,
        number=1,
        title="不点陌生链接",
        kind="text",
        text="第一，不点。",
        licence="CC0",
        source="本站",
    )
    for number in range(7):
        add_run(world, hour=19, first_day=world.sessions[0].starts_at.date() + timedelta(days=number % 3))
    index_courses()
    refresh_listings(region=COUNTY, now=world.now)
    with clock.frozen(world.now):
        yield world


@pytest.fixture
def here(client, county):
    client.cookies["place"] = str(HEDE)
    return client


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("mode", ["standard", "elder"])
def test_every_page_opens_for_a_guest_and_stays_small(here, path, mode):
    answer = here.get(path, {"mode": mode})
    assert answer.status_code == 200
    assert len(gzip.compress(answer.content)) <= 30_000
    assert "style=" not in answer.content.decode() and "onclick" not in answer.content.decode()


def test_home_shows_tonight_near_the_chosen_place_first(here):
    text = here.get("/").content.decode()
    assert "射阳县合德镇" in text and "今晚附近还有座位" in text
    assert text.index("今晚附近还有座位") < text.index("class-card")
    first_card = text[text.index("class-card") :]
    assert "今晚" in first_card[:400] and "座" in first_card[:1500]


def test_home_without_a_place_asks_for_one(client, county):
    assert "先选您在哪里" in client.get("/").content.decode()


def test_find_keeps_every_filter_in_its_links(here):
    text = here.get("/find/", {"q": "手机", "day": "tonight", "free": "1"}).content.decode()
    assert "day=tonight&amp;free=1" in text or "free=1&amp;day=tonight" in text
    assert 'name="day" value="tonight"' in text


@pytest.mark.parametrize(
    "query",
    [
        {"q": "'; DROP TABLE x; --"},
        {"q": "x" * 1_000},
        {"page": "-1"},
        {"page": "９"},
        {"page": "99999999999999999999"},
        {"region": "abc"},
        {"region": "320924"},
        {"region": "0"},
        {"date": "2026-13-40"},
        {"date": "9999-12-31"},
        {"day": "yesterday"},
        {"category": "<script>"},
        {"walk": "15"},
        {"view": "map"},
        {"sort": "near"},
    ],
)
def test_strange_addresses_show_classes_not_errors(here, query):
    assert here.get("/find/", query).status_code == 200


@pytest.mark.parametrize(("query", "status"), [({"q": "x" * 10_000}, 414), ({"q": "\x00太极"}, 400)])
def test_addresses_no_browser_sends_are_turned_away(here, query, status):
    assert here.get("/find/", query).status_code == status


def test_find_names_what_a_typo_was_taken_for(here):
    assert "已按" in here.get("/find/", {"q": "防诈片"}).content.decode()


def test_find_answers_the_elder_mode_with_a_link(here):
    assert "?mode=elder" in here.get("/find/", {"q": "长辈版在哪里"}).content.decode()


def test_find_shows_alternatives_instead_of_an_empty_page(here):
    text = here.get("/find/", {"q": "量子力学"}).content.decode()
    assert "最接近的几个班" in text and "class-card" in text


def test_the_picture_of_a_county_draws_dots_and_no_boundary(here):
    text = here.get("/find/", {"view": "map"}).content.decode()
    assert "<circle" in text and "不画边界" in text and "<polygon" not in text


def test_class_page_says_price_rules_and_the_way_in(here, county):
    text = here.get(f"/classes/{county.run.code}/").content.decode()
    for words in (
        "报名这个班",
        "实付",
        "原价",
        "政府补贴",
        "到课满 6 次（共 8 次）",
        "第 3 次课开始前退",
        "合德镇社区教育中心",
    ):
        assert words in text, words
    assert f"/enrol/{county.run.code}/" in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"enrol_opens_at": timedelta(days=1)}, "开始报名"),
        ({"enrol_closes_at": -timedelta(days=1)}, "报名已结束"),
        ({"seats": 0}, "座位已满"),
        ({"state": "cancelled", "end_reason": "老师生病"}, "老师生病"),
    ],
)
def test_the_one_action_follows_the_state(here, county, change, words):
    if "seats" in change:
        ClassListing.objects.filter(run=county.run).update(seats_left_shown=0)
    else:
        moved = {k: county.now + v if isinstance(v, timedelta) else v for k, v in change.items()}
        ClassRun.objects.filter(id=county.run.id).update(**moved)
    text = here.get(f"/classes/{county.run.code}/").content.decode()
    assert words in text and "报名这个班" not in text


def test_a_draft_is_nobodys_business(here, county):
    ClassRun.objects.filter(id=county.run.id).update(state="draft")
    assert here.get(f"/classes/{county.run.code}/").status_code == 404


@pytest.mark.parametrize("path", ["/classes/NOPE/", "/courses/NOPE/", "/courses/C402/units/9/"])
def test_unknown_things_are_said_so(here, path):
    assert here.get(path).status_code == 404


def test_choosing_a_place_is_kept(client, county):
    answer = client.post("/place/", {"region": str(HEDE), "next": "/find/"})
    assert (answer.status_code, answer["Location"]) == (302, "/find/")
    assert client.cookies["place"].value == str(HEDE)
    assert client.post("/place/", {"region": "999"})["Location"] == "/place/"
    assert client.post("/place/", {"region": str(HEDE), "next": "https://evil.example/"})["Location"] == "/"


def test_a_place_is_found_by_walking_down_and_by_name(client, county):
    assert "合德镇" in client.get("/place/", {"in": COUNTY}).content.decode()
    assert "合德镇" in client.get("/place/", {"q": "合德"}).content.decode()
    assert client.get("/place/", {"in": "' OR 1=1", "q": "%" * 500}).status_code == 200


def test_the_look_can_be_chosen_by_a_form(client, county):
    assert client.post("/mode/", {"mode": "elder"}).status_code == 302
    assert client.cookies["mode"].value == "elder"
    assert client.post("/mode/", {"mode": "huge"}).status_code == 302
    assert client.cookies["mode"].value == "elder"


def test_the_last_unit_is_where_continue_leads(here):
    here.get("/courses/C402/units/1/")
    assert 'href="/courses/C402/units/1/"' in here.get("/").content.decode()


@pytest.mark.parametrize(("path", "most"), [("/", 8), ("/find/", 10), ("/courses/C402/", 10)])
def test_few_queries(here, django_assert_max_num_queries, path, most):
    with django_assert_max_num_queries(most):
        here.get(path)


def test_few_queries_for_a_class(here, county, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):  # its programmes, assistants, draw and host are one each, by key
        here.get(f"/classes/{county.run.code}/")


def test_few_queries_even_for_a_search_with_a_typo(here, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        here.get("/find/", {"q": "防诈片"})
