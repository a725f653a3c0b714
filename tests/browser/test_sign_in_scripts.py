"""The two scripts of the sign-in in a real browser: the proof of work, and a passkey on a virtual authenticator."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.signing_in import signed_in
from tests.worlds.small_county import NOW, small_county
from xueqiao.domains.people import api as people
from xueqiao.domains.people.models import SecondFactor, SignInCode
from xueqiao.foundation import clock
from xueqiao.foundation.audit.values import Actor
from xueqiao.gateways.messages.rehearsal import RehearsalGateway

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def browser(chromium_path: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright keeps a loop in this thread
    settings.DEMO, settings.ALLOWED_HOSTS = True, ["localhost"]
    before = people.sms_gateway._gateway
    people.sms_gateway.plug(RehearsalGateway())
    with clock.frozen(NOW), sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()
    people.sms_gateway._gateway = before


def test_a_crowded_address_pays_by_computing_without_noticing(browser: Any, live_server: Any) -> None:
    for number in range(12):
        people.request_sign_in_code(actor=Actor.visitor(), phone=f"138{number:08d}", address="127.0.0.1", now=NOW)
    page = browser.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}/sign-in/")
    assert page.locator("[data-effort-hint]").is_hidden()  # nobody is asked to wait where scripts run
    page.fill("#phone", "13900001111")
    page.click("[data-action=call-code]")
    page.wait_for_url("**/sign-in/code/", timeout=20_000)
    assert SignInCode.objects.get(phone="13900001111").way == "voice" and problems == []


def test_a_passkey_is_made_and_shown_and_a_page_without_one_offers_the_app(
    browser: Any, live_server: Any, settings: Any
) -> None:
    world = small_county()
    cookie = signed_in(world.clerk, factor_passed=False).cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context()
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options | {"automaticPresenceSimulation": True}})
    page.goto(f"{live_server.url}/staff/factor/?next=/me/")
    page.click("[data-action=new-passkey]")
    page.click("[data-action=passkey]")
    page.wait_for_url(lambda url: urlsplit(url).path == "/me/")  # a pattern would match `?next=/me/` at once
    assert SecondFactor.objects.get().kind == "passkey"
    # the next sign-in
    cookie = signed_in(world.clerk, factor_passed=False).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page.goto(f"{live_server.url}/centre/")
    assert "/staff/factor/" in page.url
    page.click("[data-action=use-passkey]")
    page.click("[data-action=passkey]")
    page.wait_for_url(lambda url: urlsplit(url).path == "/centre/")
    assert SecondFactor.objects.get().last_counter > 0
