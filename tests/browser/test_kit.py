"""The offline counter in a village: a browser without network keeps and signs entries, and sends them once it is back.

Nothing is lost by losing the network, reloading without it, pressing twice, two tabs, or an answer that never came
back; nothing is doubled by sending again. The browser's own clock stands beside the site's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser
KIT = "/rounds/kit/"

STORED = """
() => new Promise((done) => {
  const asked = indexedDB.open("xueqiao-kit", 2);
  asked.onsuccess = () => {
    const read = asked.result.transaction("kept").objectStore("kept").getAll();
    read.onsuccess = () => done(read.result.map((one) => [one.number, one.outcome, one.code]));
  };
})
"""
FORGET_ANSWERS = """
() => new Promise((done) => {
  const asked = indexedDB.open("xueqiao-kit", 2);
  asked.onsuccess = () => {
    const work = asked.result.transaction("kept", "readwrite"), store = work.objectStore("kept");
    store.getAll().onsuccess = (read) => {
      for (const one of read.target.result) store.put({ ...one, outcome: "", words: "", code: "" });
    };
    work.oncomplete = () => done();
  };
})
"""


def status(page: Any, words: str) -> None:
    page.wait_for_function("words => document.getElementById('kit-status').textContent.includes(words)", arg=words)


def keep(page: Any, learner: str, run: str, *, presses: int = 1) -> None:
    """Fill one entry and press; the receipt shows its number."""
    before = page.locator("#kit-receipt-code").text_content()
    page.fill("#kit-learner", learner)
    page.select_option("#kit-wish-1", run)
    page.locator("[data-action=keep-entry]").click(click_count=presses)
    page.wait_for_function(
        "before => !document.getElementById('kit-receipt').hidden"
        " && document.getElementById('kit-receipt-code').textContent !== before",
        arg=before,
    )


def entered(page: Any, site: Site) -> int:
    """How many entries the site knows of, by the staff's page."""
    page.goto(f"/rounds/staff/{site.samples['round_code']}/")
    return len(re.findall(r"Z\d{8,}", page.locator("main").inner_text()))


def test_two_days_in_a_village_lose_and_double_nothing(site: Site, open_as: Callable[..., Any]) -> None:
    learners, runs = site.samples["village_learners"], site.samples["round_classes"]
    page = open_as("clerk", service_workers="allow")
    page.context.clock.install(time=datetime.fromisoformat(site.samples["now"]))
    before = entered(page, site)
    page.goto(KIT)
    page.locator("#kit-register").click()
    status(page, "都同步了")
    page.evaluate("() => navigator.serviceWorker.ready")
    page.goto(KIT)  # now the page itself is kept on the device
    page.context.set_offline(True)

    keep(page, learners[0], runs[0])
    keep(page, learners[1], runs[1], presses=2)
    page.locator("#kit-list li").nth(1).wait_for()  # the list is drawn after the receipt
    assert page.locator("#kit-list li").count() == 2
    page.locator("#kit-sync").click()
    status(page, "现在没有网络")

    page.reload()  # without network, from the kept copy
    status(page, "未同步 2 条")
    keep(page, learners[2], runs[0])
    second = page.context.new_page()  # two tabs on one device
    second.goto(KIT)
    status(second, "未同步 3 条")
    keep(second, learners[3], runs[1])
    assert [number for number, _outcome, _code in second.evaluate(STORED)] == [1, 2, 3, 4]
    second.close()
    page.close()

    page = page.context.new_page()
    page.goto(KIT)
    status(page, "未同步 4 条")
    page.context.set_offline(False)  # the network is back: it sends by itself
    status(page, "都同步了")
    stored = page.evaluate(STORED)
    assert [outcome for _number, outcome, _code in stored] == ["entered"] * 4, page.locator("#kit-list").inner_text()
    codes = [code for _number, _outcome, code in stored]
    assert len(set(codes)) == 4

    page.evaluate(FORGET_ANSWERS)  # as if the answers had been lost on the way: everything is sent again
    page.reload()
    status(page, "未同步 4 条")
    page.locator("#kit-sync").click()
    status(page, "都同步了")
    assert [code for _number, _outcome, code in page.evaluate(STORED)] == codes
    assert entered(page, site) == before + 4


def test_what_is_wrong_with_an_entry_is_said_after_the_sync(site: Site, open_as: Callable[..., Any]) -> None:
    page = open_as("clerk")
    page.context.clock.install(time=datetime.fromisoformat(site.samples["now"]))
    page.goto(KIT)
    page.locator("#kit-register").click()
    status(page, "都同步了")
    page.context.set_offline(True)
    page.locator("[data-action=keep-entry]").click()
    status(page, "请填学员号")
    keep(page, "99999999", site.samples["round_classes"][0])
    page.context.set_offline(False)
    page.locator("#kit-list").get_by_text("没有找到这个学员号").wait_for()
    assert page.locator("#kit-list .tag.bad").count() == 1
    assert page.trouble == []
