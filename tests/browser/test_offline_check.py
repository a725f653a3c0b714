"""The page somebody saved checks certificates in chromium with the network off, by WebCrypto and by arithmetic."""

import json
import random
from pathlib import Path

import pytest
from django.test import Client

from tests.conftest import chromium
from tests.domains.credits.standing import WHY, Issued, issued, revoked
from xueqiao.domains.credits import api as credit_bank
from xueqiao.foundation import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def saved(made: Issued, folder: Path) -> str:
    with clock.frozen(made.now):
        response = Client().get("/verify/offline.html")
    assert response["Content-Disposition"].startswith("attachment")
    file = folder / "check.html"
    file.write_bytes(response.content)
    return file.as_uri()


def test_every_form_is_checked_without_a_network_and_changes_are_refused(tmp_path: Path, settings) -> None:  # type: ignore[no-untyped-def]
    playwright = pytest.importorskip("playwright.sync_api")
    settings.PUBLIC_URL = "https://xueqiao.example"
    good = issued(3)
    gone, held = good.another(), good.another()
    revoked(gone)
    credit_bank.suspend_certificate(actor=good.first, certificate_uuid=held.view.uuid, now=good.now, **WHY)
    credit_bank.rotate_signing_key(actor=good.first, now=good.now)
    address = saved(good, tmp_path)
    row = good.row
    paper = f"https://xueqiao.example/verify/{row.code}/#{row.paper_text}"
    source = random.Random(3)

    def changed(text: str) -> str:
        at = source.randrange(len(text))
        return text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :]

    cases = [(text, "valid") for text in (row.credential_text, row.token_text, row.paper_text, paper)]
    cases += [(text, "revoked") for text in (gone.row.credential_text, gone.row.paper_text)]
    cases += [(text, "suspended") for text in (held.row.credential_text, held.row.token_text)]
    cases += [(row.credential_text.replace("张桂兰", "张桂英"), "invalid"), ("", "invalid"), ("{}", "invalid")]
    cases += [(changed(text), "not valid") for text in (row.credential_text, row.token_text, row.paper_text) * 8]
    with playwright.sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        context = browser.new_context(offline=True)
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        for by_arithmetic in (False, True):
            page = context.new_page()
            page.goto(address)
            page.evaluate("value => { window.onlyArithmetic = value; }", by_arithmetic)
            for text, expected in cases[: len(cases) if not by_arithmetic else 14]:
                state = page.evaluate("async text => (await verdictOf(text)).state", text)
                assert state == expected or (expected == "not valid" and state != "valid"), (expected, state, text)
            page.fill("#text", paper)
            page.click("button")
            page.wait_for_selector("#answer:not([hidden])")
            shown = page.inner_text("#answer")
            for words in ("有效", "张桂兰", "手机支付与防诈骗", row.code, "12"):
                assert words in shown
        assert [url for url in asked if not url.startswith("file:")] == []
        browser.close()
    assert json.loads(row.credential_text)["proof"][1]["cryptosuite"] == "eddsa-jcs-2022"
