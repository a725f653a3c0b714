"""The same catalogue and classes through /api/v1, without a token."""

import pytest

from tests.worlds.small_county import COUNTY, small_county
from xueqiao.domains.catalogue.api import index_courses
from xueqiao.domains.classes.api import refresh_listings
from xueqiao.domains.classes.models import ClassRun
from xueqiao.foundation import clock


@pytest.fixture
def county(db):
    world = small_county()
    index_courses()
    refresh_listings(region=COUNTY, now=world.now)
    with clock.frozen(world.now):
        yield world


def test_courses_are_listed_and_found(client, county):
    listed = client.get("/api/v1/catalogue/courses").json()
    assert [each["code"] for each in listed["items"]] == ["C402"]
    assert client.get("/api/v1/catalogue/courses", {"q": "fangzhapian"}).json()["items"][0]["code"] == "C402"
    assert client.get("/api/v1/catalogue/courses/C402").json()["units"] == []


def test_classes_are_found_with_facets_and_may_be_kept_a_minute(client, county):
    answer = client.get("/api/v1/classes", {"region": "320924", "day": "tonight"})
    body = answer.json()
    assert body["total"] == 1 and body["items"][0]["code"] == county.run.code
    assert {"facet": "day", "value": "tonight", "count": 1, "is_on": True} in body["facets"]
    assert "max-age=60" in answer["Cache-Control"]


def test_one_class_with_its_meetings(client, county):
    body = client.get(f"/api/v1/classes/{county.run.code}").json()
    assert len(body["sessions"]) == 8 and body["to_pay_fen"] == 0


def test_a_draft_is_not_shown(client, county):
    ClassRun.objects.filter(id=county.run.id).update(state="draft")
    assert client.get(f"/api/v1/classes/{county.run.code}").status_code == 404


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/api/v1/classes", {"page": "0"}, 422),
        ("/api/v1/classes", {"day": "never"}, 422),
        ("/api/v1/classes", {"region": "abc"}, 422),
        ("/api/v1/classes", {"lat": "1000"}, 422),
        ("/api/v1/classes/NOPE", {}, 404),
        ("/api/v1/catalogue/courses/NOPE", {}, 404),
    ],
)
def test_bad_questions_are_problems(client, county, path, query, status):
    answer = client.get(path, query)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"].startswith("application/problem+json")
