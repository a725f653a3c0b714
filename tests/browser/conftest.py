"""One browser and one site for the whole run; a page keeps its context for as long as a person stays signed in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "tests" / "shots"
AXE = (ROOT / "tests" / "vendor" / "axe-4.14.1.min.js").read_text()
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Site:
    """The site under test. pages: id -> {path, opened_by}; sessions: person -> cookie; samples: codes and ids."""

    url: str
    pages: dict[str, dict[str, str]]
    sessions: dict[str, str]
    samples: dict[str, Any]
    session_cookie: str


@pytest.fixture(scope="session")
def site(
    chromium_path: str, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Start the site in a process and a database of its own; both are gone at the end."""
    from django.db import connection

    from tests import conftest as root

    with django_db_blocker.unblock(), root._maintenance() as admin:
        mine = connection.settings_dict["NAME"]
        real = mine.removeprefix("test_").split("_gw")[0]
        name = f"{mine}_browser"
        root._copy(admin, root._ensure_template(admin, real), name, keep=False)
        host = connection.settings_dict["HOST"]
        port, user = connection.settings_dict["PORT"], connection.settings_dict["USER"]
        password = connection.settings_dict["PASSWORD"]
    address = f"postgresql://{user}:{password}@/{name}?host={host}&port={port}"
    environment = os.environ | {
        "DATABASE_URL": address,
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "XUEQIAO_DEMO": "1",
        "PYTHONWARNINGS": "error,ignore::DeprecationWarning",
    }
    log = tmp_path_factory.mktemp("site") / "errors.log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.serve"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                process.wait(10)
                pytest.fail(f"the site did not start:\n{log.read_text()[-4000:]}")
            answer = json.loads(line)
            answer["pages"] = {page["id"]: page for page in answer["pages"]}
            yield Site(**answer)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            with django_db_blocker.unblock(), root._maintenance() as admin:
                admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    left = log.read_text()
    assert "Traceback" not in left, left[-4000:]


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Any]:
    """One chromium for one file. Playwright keeps an event loop running in this thread while it is open, and Django
    refuses to touch the database beside a running loop: were it open for the session, every later test would fail."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_as(site: Site, browser: Any) -> Iterator[Callable[..., Any]]:
    """open_as(person, **context options) -> a page of a fresh context in which that person is signed in."""
    contexts = []

    def start(person: str = "visitor", **options: Any) -> Any:
        options = {"viewport": {"width": 390, "height": 844}, "service_workers": "block", "locale": "zh-CN"} | options
        context = browser.new_context(base_url=site.url, **options)
        contexts.append(context)
        context.set_default_timeout(8000)
        if person != "visitor":
            context.add_cookies([{"name": site.session_cookie, "value": site.sessions[person], "url": site.url}])
        page = context.new_page()
        page.trouble = []
        page.on("console", lambda message: message.type == "error" and page.trouble.append(message.text))
        page.on("pageerror", lambda error: page.trouble.append(str(error)))
        return page

    yield start
    for context in contexts:
        context.close()
