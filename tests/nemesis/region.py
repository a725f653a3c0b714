"""The real product for a nemesis: embedded durable PostgreSQL, granian and the worker, started as `xueqiao up` does.

One cluster serves several runs: the schema and the world are made once in the database `prepared`, and every run works
in a copy of it. `sabotage` starts the web process with a planted bug (sabotage.py) instead of the real one.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import psutil
import psycopg

from tests.nemesis import leftovers
from xueqiao.server import environment, launch
from xueqiao.server.embedded_database import DatabaseFailed, EmbeddedDatabase, program
from xueqiao.server.home import Home, Region

PREPARED = "prepared"
REPOSITORY = Path(__file__).resolve().parents[2]
READY_SECONDS_MAX = 240  # on a machine that does other things too
GUESTS = 6


@dataclass(frozen=True)
class Learner:
    """Somebody with a token. `index` is the name of her in the history."""

    index: int
    person_id: int
    token: str


@dataclass
class World:
    """What the clients know: classes by code with their prices, and the learners."""

    classes: dict[str, int] = field(default_factory=dict)  # code -> to pay, in fen
    learners: list[Learner] = field(default_factory=list)
    guests: list[Learner] = field(default_factory=list)  # who come in groups, through the desk
    runs: dict[str, int] = field(default_factory=dict)  # code -> id, of every class
    roomy: str = ""  # the class whose seats become more and fewer
    doomed: str = ""  # the class that is cancelled
    clerk: Any = None


class NemesisRegion:
    """Context manager: the cluster runs inside it; `begin_run` starts web and worker on a fresh copy of the world."""

    def __init__(self, *, database_folder: Path | None = None, schema_from: str = "") -> None:
        """schema_from: the address of a database that is migrated already; its copy is quicker than migrating."""
        self.folder = Path(tempfile.mkdtemp(prefix="xueqiao-nemesis-"))
        self.folder.chmod(0o711)
        leftovers.own(self.folder)
        self.home = Home(self.folder)
        self.database = EmbeddedDatabase(database_folder or self.home.database)
        self.port = launch.free_port("127.0.0.1", 8640)
        self.name = PREPARED
        self.sabotage = ""
        self.world = World()
        self._schema_from = schema_from
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> NemesisRegion:
        for name in (environment.DATABASE_URL.name, environment.SECRET_KEY.name, environment.PUBLIC_URL.name):
            os.environ.pop(name, None)
        self.home.prepare()
        self.database.start()
        with self._admin() as admin:
            admin.execute(f'CREATE DATABASE "{PREPARED}"')
        os.environ[environment.DATABASE_URL.name] = self.database.uri(PREPARED)
        os.environ[environment.PUBLIC_URL.name] = f"http://127.0.0.1:{self.port}"
        launch.prepare_environment(self.home, Region(True, timedelta(0)), launch.Wish(port=self.port))
        os.environ.pop(environment.STATIC_FOLDER.name, None)
        import django

        django.setup()
        from django.core.management import call_command

        if self._schema_from:
            self._copy_schema()
        call_command("migrate", verbosity=0, interactive=False)
        return self

    def __exit__(self, *_: object) -> None:
        self.end_run()
        with contextlib.suppress(DatabaseFailed):
            self.database.stop(at_once=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _copy_schema(self) -> None:
        dump = self.folder / "schema.sql"
        for command in (
            [str(program("pg_dump")), "--no-owner", "--file", str(dump), self._schema_from],
            [
                *(str(program("psql")), "--quiet", "--no-psqlrc", "--single-transaction", "--set", "ON_ERROR_STOP=1"),
                *("--file", str(dump), self.database.uri(PREPARED)),
            ],
        ):
            subprocess.run(command, check=True, capture_output=True, env=dict(os.environ) | {"PGOPTIONS": "-c jit=off"})

    def prepare_world(self, *, learners: int, seats: int) -> None:
        """Two classes with few seats, one of them free of charge; one that grows and shrinks, one that will be
        cancelled; learners with tokens, and guests who come in groups."""
        from django.db import transaction

        from tests.worlds.small_county import HEDE, acting, add_person, add_run, on_duty, small_county
        from xueqiao.domains.payments.queries.bills import gateway_named
        from xueqiao.domains.people.api import make_token

        now = datetime.now(UTC)
        with transaction.atomic():
            county = small_county(now)
            day = now.date() + timedelta(days=30)
            made = []
            for hour, price in ((9, 24000), (14, 0), (16, 0), (19, 24000)):
                run, _, _ = add_run(county, price_fen=price, capacity=seats, first_day=day, hour=hour)
                self.world.classes[run.code] = price
                self.world.runs[run.code] = run.pk
                made.append(run.code)
            self.world.roomy, self.world.doomed = made[2:]
            self.world.clerk = on_duty(county.clerk, "centre_clerk", HEDE)
            for index in range(learners):
                person = add_person(f"居民{index}")
                token = make_token(actor=acting(person), label="nemesis", scopes=["read", "enrol"], now=now).token
                self.world.learners.append(Learner(index, person.pk, token))
            for index in range(learners, learners + GUESTS):
                self.world.guests.append(Learner(index, add_person(f"来客{index}").pk, ""))
        _ = gateway_named("rehearsal").keys  # made once, so that every process has the same
        self._disconnect()

    def begin_run(self, *, sabotage: str = "") -> None:
        """A fresh copy of the world, with web and worker on it."""
        self.end_run()
        self.sabotage = sabotage
        self.name = f"run_{time.monotonic_ns()}"
        self._disconnect()
        with self._admin() as admin:
            admin.execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{PREPARED}"')
        os.environ[environment.DATABASE_URL.name] = self.database.uri(self.name)
        from django.db import connections

        connections["default"].settings_dict["NAME"] = self.name
        self.start("web")
        self.start("worker")
        self.wait_until_ready()

    def end_run(self) -> None:
        self._disconnect()
        for name in list(self._processes):
            self.kill(name)

    def start(self, name: str) -> None:
        """Start web or worker: the very commands that `xueqiao up` supervises, unless a bug is planted."""
        python = [sys.executable, "-m"]
        command = {
            "web": [*python, "xueqiao", "web", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1"],
            "worker": [*python, "xueqiao", "worker"],
        }[name]
        if self.sabotage:
            command = [*python, "tests.nemesis.sabotage", name, self.sabotage, str(self.port)]
        log: IO[bytes]
        with (self.home.logs / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                command,
                cwd=REPOSITORY,
                env=dict(os.environ) | {"PYTHONPATH": f"{REPOSITORY / 'src'}:{REPOSITORY}"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        leftovers.started(self.folder, self._processes[name].pid)

    def kill(self, name: str) -> int:
        """SIGKILL web or worker with everything it started; return how many processes that really ended."""
        process = self._processes.pop(name, None)
        if process is None or process.poll() is not None:
            return 0
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        while any(_lives(each) for each in family):
            time.sleep(0.005)
        return len(family)

    def revive(self) -> int:
        """Start again what ended by itself, as the supervisor does; return how many."""
        ended = [name for name, process in self._processes.items() if process.poll() is not None]
        for name in ended:
            self.start(name)
        return len(ended)

    def database_processes(self) -> list[psutil.Process]:
        """The cluster's processes; empty when it does not run."""
        main = self.database.process()
        return [] if main is None else [main, *main.children(recursive=True)]

    def kill_database(self, family: list[psutil.Process] | None = None) -> int:
        """SIGKILL every process of the cluster; return how many there were. 0 would mean that no fault took effect.

        family: who they are, when the files that say so cannot be read any more.
        """
        family = self.database_processes() if family is None else family
        while alive := [process for process in family if _lives(process)]:
            for process in alive:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
            time.sleep(0.005)
        return len(family)

    def database_log(self, lines: int = 12) -> str:
        """The end of the server's own log, for a report of a run it did not survive."""
        logs = sorted((self.database.data / "log").glob("*.log"), key=lambda file: file.stat().st_mtime)
        return launch.end_of(logs[-1], lines) if logs else ""

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS_MAX
        while not launch.answers(f"http://127.0.0.1:{self.port}", "/-/ready"):
            if time.monotonic() > deadline:
                raise RuntimeError(f"the site did not become ready\n{launch.end_of(self.home.logs / 'web.log', 30)}")
            time.sleep(0.05)

    def _disconnect(self) -> None:
        from django.db import connections

        connections.close_all()

    def _admin(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.database.uri("postgres"), autocommit=True)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
