"""A whole region for an hour: its own database, folder and port, a clock that moves forward, nothing left behind.

The same parts that `xueqiao up` starts: the embedded database, the demo loader, granian and the worker under the
supervisor. Only the clock is in the caller's hand: `advance_to` stops web and worker and starts them again later.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType

import django

from xueqiao.server import environment, launch
from xueqiao.server.demo_clock import evening_offset
from xueqiao.server.embedded_database import EmbeddedDatabase
from xueqiao.server.home import Home, Region
from xueqiao.server.supervisor import Child, Supervisor

COMMAND_SECONDS_MAX = 120


@dataclass(frozen=True)
class DemoPerson:
    """A demo person as the journey meets her: learner number, name, phone, where she lives, a fresh entry link."""

    code: str
    name: str
    phone: str
    region: int
    entry_path: str


class ThrowawayRegion:
    """Context manager. `address` while it runs; its processes and files are gone afterwards."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="xueqiao-journey-"))
        self.folder.chmod(0o711)
        self.home = Home(self.folder)
        self.database = EmbeddedDatabase(self.home.database)
        self.offset = evening_offset(datetime.now(UTC), timedelta(0))
        self.port = launch.free_port("127.0.0.1", 8700)
        self.address = f"http://127.0.0.1:{self.port}"
        self._supervisor: Supervisor | None = None

    def __enter__(self) -> ThrowawayRegion:
        for name in (environment.DATABASE_URL.name, environment.SECRET_KEY.name, environment.PUBLIC_URL.name):
            os.environ.pop(name, None)
        self.home.prepare()
        self.database.start()
        os.environ[environment.DATABASE_URL.name] = self.database.uri()
        os.environ[environment.PUBLIC_URL.name] = self.address
        self._use_clock()
        django.setup()
        launch.prepare_schema()
        launch.collect_static(self.home)
        from xueqiao.server.greeting import load_demo_once  # noqa: PLC0415 - needs the environment

        load_demo_once(lambda _words: None)
        self._start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._supervisor is not None:
            self._supervisor.stop()
        self.database.stop(at_once=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def now(self) -> datetime:
        """The region's moment."""
        return datetime.now(UTC) + self.offset

    def advance_to(self, moment: datetime, *, jobs_at_once: bool = False) -> None:
        """Let the region live at `moment`. Raises ValueError for the past: a region's clock does not go back.

        jobs_at_once: scheduled jobs have their turn as the worker starts, not at the next minute of the real clock.
        """
        if moment < self.now():
            raise ValueError("a region's clock does not go back")
        assert self._supervisor is not None
        self._supervisor.stop()
        self.offset = moment - datetime.now(UTC)
        self._use_clock()
        if jobs_at_once:
            self._forget_turns()
        self._start()

    def demo_people(self) -> Mapping[str, DemoPerson]:
        """The demo people by role key ("elder", "daughter", ...), each with a fresh one-time link."""
        from xueqiao.domains.people.api import access_persons, find_person_by_code, make_entry_link  # noqa: PLC0415
        from xueqiao.foundation.audit.api import Actor  # noqa: PLC0415
        from xueqiao.server.demo.story import PARTS  # noqa: PLC0415

        actor = Actor.system("journey")
        people = {}
        for part in PARTS:
            found = find_person_by_code(actor, part.code)
            if found is None or not part.with_account:
                continue
            card = access_persons(actor, [found.id])[found.id]
            link = make_entry_link(actor=actor, person_id=card.id, now=self.now())
            people[part.key] = DemoPerson(card.code, card.name, card.phone or "", card.region, f"/enter/{link.token}/")
        return people

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `xueqiao ...` in this region and return what it said."""
        return subprocess.run(
            [sys.executable, "-m", "xueqiao", *arguments],
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS_MAX,
            check=False,
        )

    def wait_for_worker(self, seconds: float = 20.0) -> None:
        """Return when no delivery waits any more. Raises TimeoutError."""
        from xueqiao.foundation.outbox.api import delivery_state  # noqa: PLC0415

        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if delivery_state(self.now()).waiting == 0:
                return
            time.sleep(0.2)
        raise TimeoutError("the outbox did not empty")

    def _use_clock(self) -> None:
        region = Region(True, self.offset)
        self.home.keep_region(region)
        launch.prepare_environment(self.home, region, launch.Wish(port=self.port))
        from xueqiao.foundation import clock  # noqa: PLC0415 - the process that steers reads the same time

        clock.shift_by(self.offset)

    def _forget_turns(self) -> None:
        """Forget which scheduled jobs ran: a starting worker catches up on turns of the last ten real minutes."""
        from django.db import connection  # noqa: PLC0415 - needs the environment

        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_periodic_defers")

    def _start(self) -> None:
        python = [sys.executable, "-m", "xueqiao"]
        web = [*python, "web", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1"]
        self._supervisor = Supervisor(
            environment=dict(os.environ),
            record=self.home.running_file,
            address=self.address,
            children=[
                Child("web", web, self.home.logs / "web.log"),
                Child("worker", [*python, "worker"], self.home.logs / "worker.log"),
            ],
            say=lambda _words: None,
        )
        self._supervisor.start()
        launch.wait_until_ready(self._supervisor, self.home)


def as_line(value: object) -> str:
    """One line of JSON, hanzi kept."""
    return json.dumps(value, ensure_ascii=False, default=str)
