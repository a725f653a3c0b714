"""Numbers, turns and acknowledged places outlive `kill -9` of the web process and of the database, under load.

Runs when XUEQIAO_RUSH_KILLS says how many kills of each: 1 takes about two minutes.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from xueqiao.server.embedded_database import EmbeddedDatabase

KILLS = int(os.environ.get("XUEQIAO_RUSH_KILLS", "0"))
PEOPLE, SEATS = 60, 20
ROOT = Path(__file__).resolve().parents[2]
MAKE_WORLD = """
import json, sys
from datetime import UTC, datetime, timedelta
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, interactive=False)
from tests.browser.serve import session_of
from tests.worlds import small_county as small
from xueqiao.domains.enrolment import api as enrolment
now = datetime.now(UTC)
world = small.small_county(now=now)
run, _, _ = small.add_run(world, capacity=%d, first_day=now.date() + timedelta(days=3),
                          enrol_opens_at=now + timedelta(minutes=25))
people = [small.add_person(f"居民{n}") for n in range(%d)]
print(json.dumps({"code": run.code, "run": run.pk, "sessions": [session_of(p) for p in people]}))
"""


class Site:
    """A web process and its database, to be killed."""

    def __init__(self, folder: Path) -> None:
        self.database = EmbeddedDatabase(folder / "database")
        self.database.start()
        self.port = random.randint(20_000, 40_000)
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("XUEQIAO_")} | {
            "DATABASE_URL": self.database.uri(),
            "DJANGO_SETTINGS_MODULE": "xueqiao.server.settings",
            "XUEQIAO_SECRET_KEY": "k" * 60,
            "XUEQIAO_HTTPS": "0",
            "XUEQIAO_HOME": str(folder / "home"),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        }
        self.web: subprocess.Popen[bytes] | None = None

    def make_world(self) -> dict[str, Any]:
        import json

        script = MAKE_WORLD % (SEATS, PEOPLE)
        made = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", script],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
        return dict(json.loads(made.stdout.splitlines()[-1]))

    def start_web(self) -> None:
        self.web = subprocess.Popen(
            [sys.executable, "-m", "xueqiao", "web", "--port", str(self.port)],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill_web(self) -> None:
        if self.web is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.web.pid, signal.SIGKILL)
            self.web.wait()

    def kill_database(self) -> None:
        """Every process of our own database's folder, at once."""
        pid = int((self.database.data / "postmaster.pid").read_text().split()[0])
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(family, timeout=10)
        self.database.start()

    def rows(self, statement: str, *values: object) -> list[Any]:
        with psycopg.connect(self.database.uri()) as connection:
            return connection.execute(statement, values).fetchall()


@pytest.fixture
def site() -> Iterator[Site]:
    folder = Path(tempfile.mkdtemp(prefix="xueqiao-rush-"))
    folder.chmod(0o711)  # the database's system user must reach its part
    made = Site(folder)
    try:
        yield made
    finally:
        made.kill_web()
        made.database.stop(at_once=True)
        shutil.rmtree(folder, ignore_errors=True)


class Resident(threading.Thread):
    """A browser that keeps asking: waits, presses when called, presses again when it does not know what happened."""

    def __init__(self, site: Site, code: str, session: str, end: threading.Event) -> None:
        super().__init__(daemon=True)
        self.site, self.code, self.session, self.end = site, code, session, end
        self.cookies = {"xueqiao_session": session}
        self.numbers: set[int] = set()
        self.place = ""

    def run(self) -> None:
        while not self.end.is_set() and not self.place:
            with contextlib.suppress(OSError, http.client.HTTPException):
                page, location = self.ask("GET", f"/rush/{self.code}/")
                self.learn(location)
                found = re.search(r"您是 (\d+) 号", page)
                if found:
                    self.numbers.add(int(found[1]))
                token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
                if "轮到您了" in page and token:
                    self.learn(
                        self.ask("POST", f"/rush/{self.code}/hold/", f"person=me&csrfmiddlewaretoken={token[1]}")[1]
                    )
            self.end.wait(random.uniform(0.3, 0.9))

    def learn(self, location: str) -> None:
        if "/enrol/place/" in location:
            self.place = location.split("/")[3]

    def ask(self, method: str, path: str, body: str = "") -> tuple[str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=20)
        try:
            headers = {"Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())}
            if body:
                headers |= {
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Origin": f"http://127.0.0.1:{self.site.port}",
                }
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            for header in answer.headers.get_all("Set-Cookie") or ():
                name, _, value = header.partition("=")
                self.cookies[name] = value.split(";")[0]
            return answer.read().decode(), answer.headers.get("Location", "")
        finally:
            connection.close()


@pytest.mark.slow
@pytest.mark.skipif(not KILLS, reason="set XUEQIAO_RUSH_KILLS")
def test_nobody_loses_a_number_or_an_acknowledged_place(site: Site) -> None:
    world = site.make_world()
    site.start_web()
    end = threading.Event()
    residents = [Resident(site, world["code"], session, end) for session in world["sessions"]]
    for resident in residents:
        resident.start()
    deadline = time.monotonic() + 300 + 20 * KILLS
    kills, is_open = 0, False
    while time.monotonic() < deadline and (kills < 2 * KILLS or sum(bool(r.place) for r in residents) < SEATS):
        time.sleep(2)
        came = site.rows("SELECT count(*) FROM enrolment_arrival")[0][0]
        if came >= PEOPLE and not is_open and kills:  # all are there, and one kill was before the opening
            site.rows("UPDATE classes_classrun SET enrol_opens_at = now() WHERE id = %s RETURNING id", world["run"])
            is_open = True
        elif kills < 2 * KILLS and came >= PEOPLE // 2 and (is_open or not kills):
            if kills % 2:
                site.kill_database()
            else:
                site.kill_web()
                site.start_web()
            kills += 1
    end.set()
    for resident in residents:
        resident.join(30)
    assert kills == 2 * KILLS, "the faults must have taken place"
    stored = {
        str(uuid) for (uuid,) in site.rows("SELECT uuid FROM enrolment_place WHERE state IN ('held', 'confirmed')")
    }
    acknowledged = {resident.place for resident in residents if resident.place}
    assert acknowledged <= stored, "an acknowledged place is missing"
    assert len(acknowledged) == SEATS
    assert site.rows("SELECT held, taken FROM enrolment_seatpool WHERE run_id = %s", world["run"]) == [(SEATS, 0)]
    assert site.rows("SELECT count(DISTINCT person_id), count(*) FROM enrolment_place") == [(SEATS, SEATS)]
    assert all(len(resident.numbers) <= 1 for resident in residents), "a number changed"
    assert site.rows("SELECT count(*), count(DISTINCT number) FROM enrolment_arrival")[0] == (PEOPLE, PEOPLE)
