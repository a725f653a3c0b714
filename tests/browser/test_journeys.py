"""Journeys in taps: one to a class tonight, five to a free seat, eight to a paid one, three for a roll of forty."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

OpenAs = Callable[..., Any]
HEDE = "320924100000"
TAPS_FREE_MAX, TAPS_PAID_MAX = 5, 8


class Finger:
    """Taps and counts."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.taps = 0

    def tap(self, target: str) -> None:
        self.taps += 1
        self.page.locator(target).first.click()
        self.page.wait_for_load_state()


def at_hede(page: Any, site: Site) -> Any:
    page.context.add_cookies([{"name": "place", "value": HEDE, "url": site.url}])
    return page


def enrolled_in(page: Any) -> str:
    return str(page.locator("main").inner_text())


def test_one_tap_from_home_to_a_class_tonight_with_seats(site: Site, open_as: OpenAs) -> None:
    page = at_hede(open_as("visitor"), site)
    page.goto("/")
    finger = Finger(page)
    first = page.locator(".class-card").first
    assert "今晚" in first.inner_text()
    assert re.search(r"(还有|只剩) \d+ 座", first.inner_text())
    finger.tap(".class-card h3 a")
    assert finger.taps == 1
    assert re.search(r"/classes/\w+/$", page.url)
    assert "座可报" in page.locator("main").inner_text()


def test_a_free_class_takes_at_most_five_taps(site: Site, open_as: OpenAs) -> None:
    page = at_hede(open_as("newcomer0"), site)
    page.goto("/")
    finger = Finger(page)
    finger.tap(".class-card h3 a")
    finger.tap("[data-action=enrol]")
    finger.tap("[data-action=hold-seat]")
    assert "座位给您留到" in page.locator("main").inner_text()
    finger.tap("[data-action=confirm-place]")
    assert finger.taps <= TAPS_FREE_MAX
    assert page.url.endswith("/done/")
    assert "报上了" in enrolled_in(page)


def test_a_paid_class_takes_at_most_eight_taps(site: Site, open_as: OpenAs) -> None:
    page = open_as("newcomer1")
    page.goto(f"/classes/{site.samples['paid_run']}/")
    finger = Finger(page)
    finger.tap("[data-action=enrol]")
    finger.tap("[data-action=hold-seat]")
    finger.tap("[data-action=confirm-place]")
    assert "240" in page.locator("main").inner_text()
    finger.tap("main form button.primary")
    finger.tap("main form button.primary")
    page.wait_for_url(re.compile(r"/(done|result)/|/pay/result/"))
    assert finger.taps <= TAPS_PAID_MAX
    page.goto("/mine/")
    assert "咖啡拉花入门" in page.locator("main").inner_text()
    assert "待交费" not in page.locator("main").inner_text()


def test_the_whole_enrolment_works_without_scripts(site: Site, open_as: OpenAs) -> None:
    page = at_hede(open_as("learner2", java_script_enabled=False), site)
    page.goto("/")
    finger = Finger(page)
    finger.tap(".class-card h3 a")
    finger.tap("[data-action=enrol]")
    finger.tap("[data-action=hold-seat]")
    finger.tap("[data-action=extend-hold]")
    assert "已经延长过一次" in page.locator("main").inner_text()
    finger.tap("[data-action=confirm-place]")
    assert "报上了" in enrolled_in(page)
    title = page.locator(".confirmation").inner_text().splitlines()[-1]
    page.goto("/mine/")
    assert title in page.locator("main").inner_text()
    finger.tap("[data-action=withdraw]")
    finger.tap("main form button")
    page.goto("/mine/")
    assert "已退课" in page.locator("main").inner_text()


def test_paying_works_without_scripts(site: Site, open_as: OpenAs) -> None:
    page = open_as("learner3", java_script_enabled=False)
    page.goto(f"/classes/{site.samples['paid_run']}/")
    finger = Finger(page)
    finger.tap("[data-action=enrol]")
    finger.tap("[data-action=hold-seat]")
    finger.tap("[data-action=confirm-place]")
    finger.tap("main form button.primary")
    finger.tap("main form button.primary")
    page.goto("/mine/")
    assert "咖啡拉花入门" in page.locator("main").inner_text()
    assert "待交费" not in page.locator("main").inner_text()


def test_the_back_button_leads_to_the_held_seat(site: Site, open_as: OpenAs) -> None:
    page = open_as("learner4")
    page.goto(f"/classes/{site.samples['paid_run']}/")
    finger = Finger(page)
    finger.tap("[data-action=enrol]")
    finger.tap("[data-action=hold-seat]")
    held = page.url
    page.go_back()
    page.reload()
    finger.tap("[data-action=resume-held-seat]")
    assert page.url == held


def test_a_certificate_is_verified_by_one_tap_without_signing_in(site: Site, open_as: OpenAs) -> None:
    page = open_as("visitor")
    page.goto("/verify/")
    page.fill("#code", site.samples["certificate"].lower())
    page.locator("[data-action=verify]").click()
    page.wait_for_selector(".confirmation")
    said = page.locator("main").inner_text()
    assert "有效" in page.locator(".confirmation h1").inner_text()
    assert "张*兰" in said
    assert "张桂兰" not in said


def test_a_roll_of_forty_takes_one_tap_and_one_for_each_absent(site: Site, open_as: OpenAs) -> None:
    page = open_as("teacher")
    page.goto(f"/teacher/sessions/{site.samples['roll_session']}/roll/")
    assert page.locator(".roll .choice").count() >= 40
    for number in (3, 17):
        page.locator(".roll .choice").nth(number).click()
    page.locator("[data-action=sign-roll]").click()
    page.wait_for_load_state()
    said = page.locator("main").inner_text()
    assert re.search(r"到 \d+ 人，缺 2 人", said), said[:200]


def test_a_clerk_opens_a_class_like_last_terms_and_publishes_it(site: Site, open_as: OpenAs) -> None:
    page = open_as("clerk", viewport={"width": 1280, "height": 900})
    page.goto("/centre/open/")
    page.locator("[data-action=copy-run]").last.click()
    page.wait_for_url(re.compile(r"from="))
    page.fill("#id_title", "冬季新班")
    page.fill("#id_price", "0")
    page.locator("[data-action=make-draft]").click()
    page.wait_for_url(re.compile(r"/centre/runs/\w+/$"))
    code = page.url.rstrip("/").rsplit("/", 1)[1]
    assert "居民看到的样子" in page.locator("main").inner_text()
    page.locator("[data-action=publish-run]").click()
    page.wait_for_load_state()
    assert "已发布" in page.locator("main").inner_text()
    resident = open_as("visitor")
    resident.goto(f"/classes/{code}/")
    assert resident.locator("h1").inner_text() == "冬季新班"


def test_a_clash_is_named_while_the_form_is_filled_and_refused_on_sending(site: Site, open_as: OpenAs) -> None:
    page = open_as("clerk", viewport={"width": 1280, "height": 900})
    page.goto(f"/centre/open/?from={site.samples['roll_code']}")
    page.fill("#id_first_day", "2026-04-29")
    page.locator("#id_capacity").click()
    page.wait_for_function("() => document.querySelector('#plan').innerText.includes('时间冲突')")
    page.locator("[data-action=make-draft]").click()
    page.wait_for_load_state()
    assert "已有课" in page.locator("main .notice.error").first.inner_text()
    assert page.trouble == ["Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)"]
