"""Every page in standard and elder mode at 320, 390 and 1280 px: sizes, axe, focus, actions, weight."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser import measures
from tests.browser.conftest import SHOTS, Site
from tests.pages import PAGES, Page

pytestmark = pytest.mark.browser

WIDTHS = (1280, 390, 320)
# axe is nearly all of the time, so it sees each mode and each layout once: the wide one, and the narrowest with the
# largest letters.
AXE_AT = {("standard", 1280), ("elder", 320)}
HELP_BAR = ["长辈版", "标准版", "朗读", "帮忙"]
HTML_BYTES_MAX, CSS_BYTES_MAX, JS_BYTES_MAX = 30_000, 20_000, 40_000
STATIC = Path(__file__).resolve().parents[2] / "src/xueqiao/channels/web/static/web"
OpenAs = Callable[..., Any]


def with_query(path: str, query: str) -> str:
    return path + ("&" if "?" in path else "?") + query


@pytest.mark.parametrize("listed", PAGES, ids=lambda page: page.id)
def test_page_is_fit_for_everybody(listed: Page, site: Site, open_as: OpenAs) -> None:
    path = site.pages[listed.id]["path"]
    page = open_as(listed.opened_by)
    faults, actions = [], {}
    for mode in ("standard", "elder"):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844})
            if width == WIDTHS[0]:
                answer = page.goto(with_query(path, f"mode={mode}"))
                assert answer.status == listed.status, f"{path} answers {answer.status}"
                weight = len(gzip.compress(answer.body(), 6))
                if weight > HTML_BYTES_MAX:
                    faults.append(f"{mode}: {weight} bytes of HTML")
            where = f"{mode} {width}: "
            found = measures.measure(page)
            faults += [where + fault for fault in measures.size_faults(found, mode)]
            if found["sideways"] > 1:
                faults.append(where + measures.sideways_culprits(page))
            if (mode, width) in AXE_AT:
                faults += [where + fault for fault in measures.axe_faults(page)]
            if width == 390:
                faults += [where + "hidden when focused: " + name for name in measures.hidden_when_focused(page)]
                actions[mode] = found["actions"]
                if found["help"] != HELP_BAR:
                    faults.append(f"{where}the bar has {found['help']}")  # W4: help is at the same place everywhere
            if os.environ.get("XUEQIAO_SHOTS") and width != 320:
                SHOTS.mkdir(exist_ok=True)
                page.screenshot(path=SHOTS / f"{listed.id}_{mode}_{width}.png", full_page=True)
    if actions["standard"] != actions["elder"]:
        faults.append(f"E16: standard has {actions['standard']}, elder has {actions['elder']}")
    faults += [f"console: {text}" for text in page.trouble if listed.status == 200 or f"{listed.status}" not in text]
    assert not faults, "\n" + "\n".join(dict.fromkeys(faults))


@pytest.mark.parametrize("name", ["help_styleguide", "help_home"])
def test_high_contrast_and_extra_large_hold(name: str, site: Site, open_as: OpenAs) -> None:
    page = open_as("visitor")
    faults = []
    for query, mode in (("mode=elder&contrast=high", "elder"), ("mode=xl&contrast=normal", "xl")):
        page.goto(with_query(site.pages[name]["path"], query))
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 844})
            faults += [f"{query} {width}: {f}" for f in measures.size_faults(measures.measure(page), mode)]
        faults += [f"{query}: {f}" for f in measures.axe_faults(page)]
    assert not faults, "\n" + "\n".join(faults)


def test_english_words_stay_inside_a_narrow_page(site: Site, open_as: OpenAs) -> None:
    page = open_as("visitor", viewport={"width": 320, "height": 700})
    page.goto(with_query(site.pages["public_class"]["path"], "lang=en"))
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_link_on_a_line_of_its_own_is_a_large_target_for_elders(site: Site, open_as: OpenAs) -> None:
    listed = site.pages["pay_bill"]
    page = open_as(listed["opened_by"])
    page.goto(with_query(listed["path"], "mode=elder"))
    box = page.locator("[data-action='back-to-check']").bounding_box()
    assert box["height"] >= 60 and box["width"] >= 60


@pytest.mark.parametrize("words", ["长辈版", "亲情版", "关爱版", "关怀版", "老年版"])
def test_five_names_lead_to_the_elder_mode(words: str, open_as: OpenAs) -> None:
    page = open_as("visitor")
    page.goto(f"/find/?q={words}")
    assert page.url.endswith("/?mode=elder")
    assert page.evaluate("() => document.documentElement.dataset.mode") == "elder"


def test_the_mode_is_remembered_and_switches_without_losing_a_form(open_as: OpenAs) -> None:
    page = open_as("visitor")
    page.goto("/styleguide/")
    page.fill("#style_phone", "10000000001")
    page.click(".topbar [data-look='mode:elder']")
    assert page.evaluate("() => document.documentElement.dataset.mode") == "elder"
    assert page.input_value("#style_phone") == "10000000001"
    page.goto("/help/")
    assert page.evaluate("() => document.documentElement.dataset.mode") == "elder"


def test_reading_aloud_speaks_the_page_and_stops(open_as: OpenAs) -> None:
    page = open_as("visitor")
    page.add_init_script(
        "window.said = []; window.stopped = 0;"
        "const voice = {speak: u => said.push(u.text), cancel: () => stopped++};"
        "Object.defineProperty(window, 'speechSynthesis', {value: voice})"
    )
    page.goto("/help/")
    button = page.get_by_role("button", name="朗读")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    said = page.evaluate("() => said")
    assert said[0] == "找人帮忙"
    assert any("抽签" in text for text in said)
    button.click()
    assert button.get_attribute("aria-pressed") == "false"


def test_reading_aloud_is_hidden_where_no_voice_is(open_as: OpenAs) -> None:
    page = open_as("visitor", java_script_enabled=False)
    page.goto("/help/")
    assert not page.locator("[data-read-aloud]").is_visible()


def test_the_policy_is_strict_and_nothing_breaks_it(open_as: OpenAs) -> None:
    page = open_as("visitor")
    answer = page.goto("/styleguide/")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert page.trouble == []
    page.evaluate("() => { const s = document.createElement('style'); s.textContent = 'p{}'; document.head.append(s) }")
    page.wait_for_timeout(50)
    assert any("Content Security Policy" in text for text in page.trouble)  # the listener hears breaches


def test_styles_and_scripts_are_light() -> None:
    def weight(path: Path) -> int:
        return len(gzip.compress(path.read_bytes(), 9))

    assert weight(STATIC / "xueqiao.css") <= CSS_BYTES_MAX
    assert sum(weight(path) for path in STATIC.rglob("*.js")) <= JS_BYTES_MAX
    assert weight(STATIC / "xueqiao.js") <= 10_000


def test_pages_hold_no_inline_style_or_script() -> None:
    templates = STATIC.parents[1] / "templates"
    alone = templates / "verify" / "offline.html"  # one file that is saved and opened without a network, so it has all
    for path in set(templates.rglob("*.html")) - {alone}:
        text = path.read_text()
        assert " style=" not in text, path
        assert "<style" not in text, path
        assert " onclick=" not in text, path
        assert "<script>" not in text, path


SLOW_NETWORK = """async ([worker, path, kept]) => {
  const listeners = {}, scope = { location: { origin: "http://a" }, addEventListener: (n, f) => { listeners[n] = f; } };
  const found = (name) => name === "mine" ? kept : "offline page";
  const caches = { open: async (name) => ({ match: async () => found(name), put: async () => {} }) };
  const fetch = (request, { signal } = {}) => new Promise((done, fail) => {
    signal?.addEventListener("abort", () => fail(new Error("aborted")));
    setTimeout(() => done({ ok: true, redirected: false, clone: () => 0, is: "the page" }), 60);
  });
  const atOnce = (act) => setTimeout(act, 0);  // the patience of six seconds, over at once
  new Function("self", "caches", "fetch", "setTimeout", worker)(scope, caches, fetch, atOnce);
  let answer;
  listeners.fetch({
    request: { url: "http://a" + path, method: "GET", mode: "navigate" },
    respondWith: (promise) => { answer = promise; },
  });
  const said = await answer;
  return said.is || said;
}"""


@pytest.mark.parametrize(
    ("path", "kept", "shown"),
    [("/find/", None, "the page"), ("/mine/", None, "the page"), ("/mine/", "my kept page", "my kept page")],
)
def test_a_slow_network_is_waited_for_unless_there_is_a_kept_page(
    open_as: OpenAs, path: str, kept: str | None, shown: str
) -> None:
    page = open_as()  # an empty page: ours forbid `new Function`
    worker = page.request.get("/sw.js").text()
    assert page.evaluate(SLOW_NETWORK, [worker, path, kept]) == shown


def test_my_timetable_opens_without_a_network_and_is_forgotten_on_leaving(site: Site, open_as: OpenAs) -> None:
    page = open_as("elder", service_workers="allow")
    page.goto("/help/")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => 1)")
    page.reload()
    answer = page.goto("/mine/")
    assert answer.status == 200
    heading = page.locator("h1").inner_text()
    page.context.set_offline(True)
    page.goto("/mine/")
    assert page.locator("h1").inner_text() == heading
    page.goto("/find/")
    assert "现在连不上网" in page.locator("main").inner_text()
    page.context.set_offline(False)
    page.goto("/sign-in/")
    page.wait_for_timeout(100)
    page.context.set_offline(True)
    page.goto("/mine/")
    assert "现在连不上网" in page.locator("main").inner_text()
