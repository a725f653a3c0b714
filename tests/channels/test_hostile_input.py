"""Bad input at every address: refused clearly, never a 500, and a refusal stores nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from tests.channels.test_permissions import Stage, stage, undone, url_names
from tests.permission_matrix import MATRIX, NO_PAGES
from xueqiao.channels.web import guards

__all__ = ["stage"]

SQL = "'; DROP TABLE people_person; --"
SCRIPT = "<script>alert(1)</script>"
HOSTILE_TEXT = (
    SQL,
    SCRIPT,
    "甲" * 10_000,
    "-1",
    "0",
    "9999",
    "0000-00-00",
    "9999-12-31",
    "999999999999",
    "NaN",
    "1e309",
)
HOSTILE_BYTES = ("%00", "%ff%fe", "%ed%a0%80")  # NUL, no UTF-8, a lone surrogate
QUERY_NAMES = (
    "q",
    "page",
    "region",
    "place",
    "date",
    "when",
    "mode",
    "lang",
    "category",
    "year",
    "next",
    "from",
    "sort",
)
# Rows that tell of a try rather than store it.
TRACES = {"AuditEntry", "Session", "SignInCode", "RehearsalMessage", "SpentProof", "CallbackReceipt"}


@pytest.fixture(autouse=True)
def answers_instead_of_exceptions(stage: Stage) -> Iterator[None]:
    for client in stage.clients.values():
        client.raise_request_exception = False
    yield
    for client in stage.clients.values():
        client.raise_request_exception = True


def stored() -> dict[str, int]:
    """How many rows each of our tables holds, in one query."""
    tables = [
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.app_config.name.startswith("xueqiao.") and model.__name__ not in TRACES
    ]
    counts = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(counts)
        return dict(cursor.fetchall())


def hostile_addresses(name: str, entry: object) -> Iterator[str]:
    """Addresses of one name with odd values in the path."""
    for pattern_kwargs in _odd_kwargs(entry):
        try:
            yield reverse(name, kwargs=pattern_kwargs)
        except Exception:
            continue


def _odd_kwargs(entry: object) -> Iterator[dict[str, object]]:
    converters = entry.pattern.converters
    if not converters:
        yield {}
        return
    for text, number in (
        (SQL.replace("/", ""), 0),
        ("甲" * 500, 10**18),
        ("..", 2**31),
        ("-1", 2**63),
        ("x'y", 10**40),
    ):
        yield {
            key: number
            if type(converter).__name__ == "IntConverter"
            else "00000000-0000-0000-0000-000000000000"
            if "UUID" in type(converter).__name__
            else re.sub(r"[^-a-zA-Z0-9_]", "", text) or "x"
            if type(converter).__name__ == "SlugConverter"
            else text
            for key, converter in converters.items()
        }


NAMES = sorted(name for name in MATRIX if name not in NO_PAGES)


QUERIES = [f"?{'&'.join(f'{q}={value}' for q in QUERY_NAMES)}" for value in (SQL, "-1", "9999", "甲" * 300)]
BAD_QUERIES = [f"?q={raw}&page={raw}" for raw in HOSTILE_BYTES]


def breakdowns(stage: Stage, name: str) -> list[str]:
    """Odd addresses bare, and the first of them with odd queries, as somebody who may go far; returns what broke."""
    addresses = list(hostile_addresses(name, dict(url_names())[name]))
    row = MATRIX[name].get("GET")
    if row is not None:
        addresses.insert(0, reverse(name, kwargs=stage.objects[row.kind]["own"] if row.kind else {}))
    who = "clerk" if row and "clerk" in row.allowed["own"] else "elder"
    tries = addresses + [f"{addresses[0]}{query}" for query in QUERIES + BAD_QUERIES]
    broken = []
    for address in tries:
        with undone():
            status = stage.clients[who].get(address).status_code
        is_bad_text = any(raw in address for raw in HOSTILE_BYTES)
        if status >= 500 or (is_bad_text and status not in {400, 404}):
            broken.append(f"{address[:90]} as {who}: {status}")
    return broken


@pytest.mark.parametrize("name", NAMES)
def test_odd_paths_and_queries_never_break_a_page(stage: Stage, name: str) -> None:
    assert breakdowns(stage, name) == []


def test_the_test_notices_guards_that_sleep(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "_is_clean", lambda text: True)
    monkeypatch.setattr(guards, "_is_clean_form", lambda raw: True)
    assert breakdowns(stage, "public_find")


@pytest.mark.parametrize("name", [n for n in NAMES if {"POST", "DELETE"} & set(MATRIX[n])])
def test_odd_forms_never_break_a_page_and_a_refusal_stores_nothing(stage: Stage, name: str) -> None:
    row = MATRIX[name].get("POST") or MATRIX[name]["DELETE"]
    address = reverse(name, kwargs=stage.objects[row.kind]["own"] if row.kind else {})
    broken = []
    with undone():
        for who in ("daughter", "clerk"):
            client = stage.clients[who]
            fields = _fields(client.get(address).content.decode(errors="replace")) | set(row.form) or {"x"}
            before = stored()
            for value in HOSTILE_TEXT:
                with undone():
                    if name.startswith("api:"):
                        body = json.dumps(dict.fromkeys(_schema_fields(stage, address), value))
                        response = client.post(address, body, content_type="application/json")
                    else:
                        response = client.post(address, dict.fromkeys(fields, value))
                    if response.status_code >= 500:
                        broken.append(f"{value[:20]!r} as {who}: {response.status_code}")
                    if response.status_code >= 400 and stored() != before:
                        broken.append(f"{value[:20]!r} as {who}: refused but stored")
            for raw in HOSTILE_BYTES:
                body = "&".join(f"{field}={raw}" for field in fields)
                response = client.generic("POST", address, body, content_type="application/x-www-form-urlencoded")
                if response.status_code >= 500:
                    broken.append(f"{raw} as {who}: {response.status_code}")
    assert broken == []


def _fields(html: str) -> set[str]:
    return set(re.findall(r'name="([a-z_]+)"', html)) - {
        "csrfmiddlewaretoken",
        "viewport",
        "description",
        "theme-color",
    }


_api_fields: set[str] = set()


def _schema_fields(stage: Stage, address: str) -> set[str]:
    """Every field name any body of the API knows."""
    if not _api_fields:
        schema = stage.clients["visitor"].get("/api/v1/openapi.json").json()
        _api_fields.update(n for model in schema["components"]["schemas"].values() for n in model.get("properties", {}))
    return _api_fields


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"\xff\xfe=\x00", "application/x-www-form-urlencoded", 400),
        (b"phone=%00", "application/x-www-form-urlencoded", 400),
        (b"phone=1", "application/x-www-form-urlencoded; charset=utf-7", 415),
        (b"phone=1", "application/x-www-form-urlencoded; charset=hex", 415),
        (b"--x\r\n", "multipart/form-data; boundary=x; charset=base64", 415),
        (b"--x--", "multipart/form-data", 400),
        (b"x" * (10 * 1024 * 1024 + 1), "application/x-www-form-urlencoded", 413),
        (b"x=" + b"y" * (3 * 1024 * 1024), "application/x-www-form-urlencoded", 400),
        (b"&".join(b"a%d=1" % n for n in range(3000)), "application/x-www-form-urlencoded", 400),
    ],
    ids=["no-utf8", "nul", "utf-7", "hex", "base64", "no-boundary", "10MB", "3MB-form", "3000-fields"],
)
def test_bodies_nobody_should_send_are_refused_before_a_page_sees_them(
    stage: Stage, body: bytes, kind: str, status: int
) -> None:
    before = stored()
    response = stage.clients["visitor"].generic("POST", "/sign-in/", body, content_type=kind)
    assert response.status_code == status and stored() == before
    assert SCRIPT not in response.content.decode() and "请" in response.content.decode()


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"null", b'"x"', b'{"phone": "\\u0000"}', b"\xff", b'{"phone": "\\ud800"}', b"[" * 100_000]
)
def test_bad_json_is_a_problem_not_a_breakdown(stage: Stage, body: bytes) -> None:
    response = stage.clients["visitor"].generic("POST", "/api/v1/sign-in-codes", body, content_type="application/json")
    assert response.status_code in {400, 422}
    assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("cookie", ['"\\000"', "x" * 4000, SQL, '"\\377\\376"'])
def test_odd_cookies_make_nobody_somebody(stage: Stage, cookie: str) -> None:
    response = stage.clients["visitor"].get("/me/", HTTP_COOKIE=f"xueqiao_session={cookie}")
    assert response.status_code in {302, 400}


def test_markup_in_a_field_comes_back_as_text(stage: Stage) -> None:
    page = stage.clients["visitor"].post("/sign-in/", {"phone": SCRIPT, "next": "//evil.example"}).content.decode()
    assert SCRIPT not in page and "&lt;script&gt;" in page and "evil.example" not in page
