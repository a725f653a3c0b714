"""The script that opens WeChat's till, on the real page, with a till of ours in WeChat's place."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser
TILL = """
window.asked = [];
const till = {invoke: (name, said, answer) => { asked.push([name, said]); answer({err_msg: name + ":" + WORD}); }};
"""
AT_ONCE = TILL + "window.WeixinJSBridge = till;"
LATER = TILL + (
    "addEventListener('load', () => { window.WeixinJSBridge = till;"
    " document.dispatchEvent(new Event('WeixinJSBridgeReady')); });"
)


def opened(open_as: Callable[..., Any], site: Site, script: str, word: str, **options: Any) -> Any:
    page = open_as("rider", **options)
    page.add_init_script(script.replace("WORD", json.dumps(word)))
    page.goto(site.pages["pay_inside_real"]["path"])
    return page


@pytest.mark.parametrize("script", [AT_ONCE, LATER], ids=["the till is there", "the till comes later"])
def test_the_till_opens_by_itself_and_again_at_a_press(script: str, site: Site, open_as: Callable[..., Any]) -> None:
    page = opened(open_as, site, script, "cancel")
    page.wait_for_selector("[data-said=cancel]:visible")
    assert page.locator("[data-said=fail]").is_hidden()
    page.click("[data-action=open-till]")
    asked = page.evaluate("() => asked")
    assert len(asked) == 2
    assert asked[0] == ["getBrandWCPayRequest", {"appId": "wx8888888888888888", "package": "prepay_id=wx1"}]


def test_a_till_that_fails_is_said_and_one_that_is_paid_leads_on(site: Site, open_as: Callable[..., Any]) -> None:
    opened(open_as, site, AT_ONCE, "fail").wait_for_selector("[data-said=fail]:visible")
    page = opened(open_as, site, AT_ONCE, "ok")
    page.wait_for_url("**/pay/result/**")


def test_without_scripts_the_other_ways_are_there(site: Site, open_as: Callable[..., Any]) -> None:
    page = opened(open_as, site, "", "", java_script_enabled=False)
    assert page.locator("[data-action=open-till]").is_hidden()
    for action in ("pay-by-code", "pay-otherwise", "see-result"):
        assert page.locator(f"[data-action={action}]").is_visible()
