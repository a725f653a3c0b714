"""The API's own promises: schema, problems in the caller's language, bearer tokens, paging."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.domains.people.conftest import Outbox, as_actor, outbox
from tests.signing_in import signed_in
from tests.worlds.small_county import NOW, SmallCounty, small_county
from xueqiao.channels.api.paging import PageQuery, page_of
from xueqiao.domains.people.api import make_token
from xueqiao.foundation import clock

__all__ = ["outbox"]
PHONE = "13900001111"


@pytest.fixture
def world(db: None, settings: object) -> SmallCounty:
    settings.DEMO = True
    with clock.frozen(NOW):
        yield small_county()


def bearer(world: SmallCounty, who: str, *scopes: str) -> Client:
    made = make_token(actor=as_actor(getattr(world, who)), label="t", scopes=scopes, now=NOW)
    return Client(HTTP_AUTHORIZATION=f"Bearer {made.token}")


def post(client: Client, path: str, body: dict[str, object]) -> object:
    return client.post(path, body, content_type="application/json")


def test_the_schema_is_openapi_3_1_and_names_every_operation(world):
    schema = Client().get("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    operations = [op for path in schema["paths"].values() for op in path.values()]
    assert len(operations) >= 20
    assert all(op.get("summary") and op.get("operationId") for op in operations)


def test_errors_are_problems_in_the_callers_language(world):
    for path, status in (("/api/v1/me", 401), ("/api/v1/nothing", 404), ("/api/v1/courses/NOPE", 404)):
        response = Client(HTTP_ACCEPT_LANGUAGE="zh-CN").get(path)
        body = response.json()
        assert response.status_code == status and response.headers["Content-Type"] == "application/problem+json"
        assert body["status"] == status and body["type"].startswith("urn:xueqiao:problem:")
        assert body["request_id"] == response.headers["X-Request-ID"] and body["title"]
        assert response.headers["Content-Language"] == "zh-hans"
    english = Client(HTTP_ACCEPT_LANGUAGE="en").get("/api/v1/me")
    assert english.headers["Content-Language"] == "en"
    assert Client().get("/api/v1/me").headers["WWW-Authenticate"].startswith("Bearer")


def test_validation_names_the_field(world):
    problem = post(Client(), "/api/v1/sign-in-codes", {"way": "pigeon"}).json()
    assert problem["type"].endswith(":validation") and problem["status"] == 422
    assert {e["where"].rsplit(".", 1)[-1] for e in problem["errors"]} == {"phone", "way"}


def test_a_program_signs_in_by_phone_code_and_opens_an_account(world, outbox: Outbox):
    client = Client()
    assert post(client, "/api/v1/sign-in-codes", {"phone": PHONE}).status_code == 202
    first = post(client, "/api/v1/sign-in", {"phone": PHONE, "code": outbox.code_for(PHONE)}).json()
    assert first["token"] == "" and first["ticket"]
    account = {
        "ticket": first["ticket"],
        "name": "吴秀英",
        "birth_date": "1958-03-05",
        "region": world.elder.region,
        "has_consented": True,
    }
    token = post(client, "/api/v1/accounts", account).json()["token"]
    me = Client(HTTP_AUTHORIZATION=f"Bearer {token}").get("/api/v1/me").json()
    assert (me["name"], me["roles"]) == ("吴秀英", [])
    assert not client.cookies  # a program gets a token, never a session


def test_tokens_run_out_carry_no_duties_and_do_no_more_than_their_scope(world):
    reader = bearer(world, "clerk", "read")
    assert reader.get("/api/v1/me").json()["roles"] == []
    refused = post(reader, "/api/v1/places", {"class_code": world.run.code})
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:xueqiao:problem:scope_not_granted")
    with clock.frozen(NOW + timedelta(days=91)):
        assert reader.get("/api/v1/me").json()["type"] == "urn:xueqiao:problem:token_invalid"
    for header in ("Bearer x", "Bearer ", "Basic eA==", "Bearer " + "x" * 5000):
        assert Client(HTTP_AUTHORIZATION=header).get("/api/v1/me").status_code == 401


def test_a_broken_token_is_not_saved_by_a_good_cookie(world):
    client = signed_in(world.elder)
    assert client.get("/api/v1/me").status_code == 200
    assert client.get("/api/v1/me", HTTP_AUTHORIZATION="Bearer made-up").status_code == 401


def test_family_names_are_masked_until_confirmed(world):
    rows = bearer(world, "daughter", "read").get("/api/v1/me/family").json()
    assert [(r["name"], r["may_act"]) for r in rows] == [("张桂兰", True)]


def test_pages_say_where_they_end():
    query = PageQuery(page=2, page_size=20)
    assert query.offset == 20
    assert page_of([1], 41, query)["next_page"] == 3 and page_of([1], 40, query)["next_page"] is None
