"""Headers, limits, sessions and the second factor, as a browser meets them."""

from __future__ import annotations

import re
import time

import pyotp
import pytest
from django.test import Client, RequestFactory

from tests.domains.people.conftest import Outbox, outbox
from tests.signing_in import signed_in
from tests.worlds.small_county import NOW, SmallCounty, small_county
from xueqiao.channels.web import guards, sessions
from xueqiao.channels.web.gate import safe_next
from xueqiao.domains.people.models import Account
from xueqiao.foundation import clock

__all__ = ["outbox"]


@pytest.fixture
def world(db: None, settings: object) -> SmallCounty:
    settings.DEMO = True
    with clock.frozen(NOW):
        yield small_county()


def sign_in(client: Client, outbox: Outbox, phone: str, **extra: str) -> object:
    client.post("/sign-in/", {"phone": phone, **extra})
    return client.post("/sign-in/code/", {"code": outbox.code_for(phone)})


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/nothing/", "/api/v1/me", "/api/v1/openapi.json", "/sign-in/%00"])
def test_every_answer_carries_the_strict_headers(world, path):
    headers = Client().get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert not re.search(r"unsafe|\*|https?:", headers["Content-Security-Policy"])
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin" and "camera" in headers["Permissions-Policy"]
    assert re.fullmatch(r"[0-9a-f]{16}", headers["X-Request-ID"])


def test_no_page_of_ours_has_inline_scripts_styles_or_handlers(world):
    pages = ["/sign-in/", "/family/", "/family/add/", "/me/", "/nothing/", "/sign-out/"]
    client = signed_in(world.daughter)
    for path in pages:
        html = client.get(path).content.decode()
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=|javascript:", html), path


def test_personal_pages_stay_out_of_caches(world):
    assert "no-store" in signed_in(world.elder).get("/me/").headers["Cache-Control"]


def test_a_form_from_another_site_is_refused_with_words(world):
    client = Client(enforce_csrf_checks=True)
    response = client.post("/sign-in/", {"phone": "13900001111"})
    assert response.status_code == 403 and "刷新" in response.content.decode()


def test_cookie_calls_to_the_api_need_the_token_and_bearer_calls_do_not(world):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in(world.elder).cookies
    refused = strict.post("/api/v1/places", "{}", content_type="application/json")
    assert refused.status_code == 403 and refused.json()["type"] == "urn:xueqiao:problem:http-403"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_nobody_is_sent_to_another_site(target):
    assert safe_next(RequestFactory().get("/sign-in/", {"next": target}), "/safe/") == "/safe/"


def test_signing_in_changes_the_session_key_and_so_does_the_factor(world, outbox):
    client = Client()
    client.post("/sign-in/", {"phone": world.clerk.phone})
    before = client.session.session_key
    client.post("/sign-in/code/", {"code": outbox.code_for(world.clerk.phone)})
    signed = client.session.session_key
    client.get("/staff/factor/totp/new/")
    offer = client.session["totp_offer"]
    response = client.post("/staff/factor/totp/new/", {"code": pyotp.TOTP(offer["secret"]).at(NOW)})
    assert response.status_code == 302 and len({before, signed, client.session.session_key}) == 3


def test_staff_are_residents_until_the_second_factor(world, outbox):
    client = Client()
    response = sign_in(client, outbox, world.clerk.phone, next="/me/")
    assert response.headers["Location"] == "/staff/factor/?next=%2Fme%2F"
    assert client.get("/api/v1/me").json()["roles"] == []
    client.get("/staff/factor/totp/new/")
    secret = client.session["totp_offer"]["secret"]
    assert client.post("/staff/factor/totp/new/", {"code": "000000"}).status_code == 422
    assert client.get("/api/v1/me").json()["roles"] == []
    client.post("/staff/factor/totp/new/", {"code": pyotp.TOTP(secret).at(NOW)})
    assert client.get("/api/v1/me").json()["roles"] == ["centre_clerk"]
    # A thief with the phone alone gets the code page, no new authenticator.
    thief = Client()
    with clock.frozen(NOW.replace(minute=30)):
        sign_in(thief, outbox, world.clerk.phone)
        assert thief.get("/staff/factor/").headers["Location"].startswith("/staff/factor/totp/")
        assert thief.get("/staff/factor/totp/new/").headers["Location"] == "/staff/factor/"
        assert thief.get("/api/v1/me").json()["roles"] == []


def test_idle_sessions_end_after_twelve_hours_for_staff_and_thirty_days_for_residents(world, outbox):
    resident, staff = Client(), Client()
    sign_in(resident, outbox, world.elder.phone)
    sign_in(staff, outbox, world.clerk.phone)
    assert resident.session.get_expiry_age() == 30 * 24 * 3600
    assert staff.session.get_expiry_age() == 12 * 3600


def test_a_busy_session_is_written_rarely_and_lives_on(world, outbox, monkeypatch, django_assert_num_queries):
    client = Client()
    sign_in(client, outbox, world.elder.phone)
    touched = client.session[sessions.TOUCHED_KEY]
    client.get("/me/")
    assert client.session[sessions.TOUCHED_KEY] == touched
    later = time.time() + 2 * 24 * 3600
    monkeypatch.setattr(sessions.time, "time", lambda: later)
    client.get("/me/")
    assert client.session[sessions.TOUCHED_KEY] == int(later)


def test_a_closed_account_is_out_at_once(world):
    client = signed_in(world.elder)
    assert client.get("/me/").status_code == 200
    Account.objects.filter(person=world.elder).update(is_active=False)
    assert client.get("/me/").status_code == 302


def test_too_many_requests_from_one_address_are_slowed_and_other_addresses_are_not(world, monkeypatch):
    monkeypatch.setattr(guards, "pace", guards.Pace())
    monkeypatch.setattr(guards, "POSTS_PER_MINUTE", 5)
    post = [Client(REMOTE_ADDR="203.0.113.9").post("/sign-out/").status_code for _ in range(7)]
    assert post == [302] * 5 + [429] * 2
    assert Client(REMOTE_ADDR="203.0.113.10").post("/sign-out/").status_code == 302
    # One browser of a centre that is too fast stops itself, not its neighbours.
    fast = [Client(REMOTE_ADDR="203.0.113.11", HTTP_COOKIE="xueqiao_session=a").post("/sign-out/") for _ in range(6)]
    assert fast[-1].status_code == 429 and fast[-1].headers["Retry-After"] == "60"
    calm = Client(REMOTE_ADDR="203.0.113.11", HTTP_COOKIE="xueqiao_session=b").post("/sign-out/")
    assert calm.status_code == 302


def test_forwarded_addresses_are_believed_only_behind_our_own_proxy(settings):
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.5", REMOTE_ADDR="10.0.0.2")
    settings.TRUSTED_PROXY = False
    assert guards.client_address(request) == "10.0.0.2"
    settings.TRUSTED_PROXY = True
    assert guards.client_address(request) == "203.0.113.5"


def test_a_breakdown_says_sorry_with_a_number_and_nothing_of_its_cause(world, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("secret detail")

    client = signed_in(world.elder)
    client.raise_request_exception = False
    monkeypatch.setattr("xueqiao.channels.web.signin.account._context", broken)
    response = client.get("/me/")
    page = response.content.decode()
    assert response.status_code == 500 and "12345" in page and response.headers["X-Request-ID"] in page
    assert "secret detail" not in page and "Traceback" not in page


def test_a_missing_scope_is_a_breakdown_for_operators_and_no_leak_for_readers(world, monkeypatch):
    from xueqiao.domains.people.models import Person

    client = signed_in(world.elder)
    client.raise_request_exception = False
    monkeypatch.setattr(
        "xueqiao.channels.web.signin.account._context", lambda request: {"x": list(Person.objects.all())}
    )
    response = client.get("/me/")
    assert response.status_code == 500 and "张桂兰" not in response.content.decode()


def test_refusals_fit_their_caller(world):
    client = signed_in(world.elder)
    page = client.get("/centre/")
    fragment = client.get("/centre/", HTTP_HX_REQUEST="true")
    machine = client.get("/centre/", HTTP_ACCEPT="application/json")
    assert {r.status_code for r in (page, fragment, machine)} == {403}
    assert b"<html" in page.content and b"<html" not in fragment.content and b'role="alert"' in fragment.content
    assert machine.headers["Content-Type"] == "application/problem+json"
