"""`xueqiao up` as an operator meets it: real processes, killed for real."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import psutil
import psycopg
import pytest

from xueqiao.server.embedded_database import EmbeddedDatabase
from xueqiao.server.home import Home
from xueqiao.server.supervisor import read_record

SECONDS_MAX = 300  # patience, not a bound: a busy machine builds the schema slowly
T = TypeVar("T")


class Site:
    """One home, and the `up` processes started in it."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder / "home")
        self.database = EmbeddedDatabase(self.home.database)
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("XUEQIAO_") and k != "DATABASE_URL"}
        self.environment |= {
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "XUEQIAO_HOME": str(self.home.folder),
            "XUEQIAO_HTTPS": "0",
            "COLUMNS": "200",
        }
        self.ups: list[subprocess.Popen[bytes]] = []

    def up(self, *options: str) -> subprocess.Popen[bytes]:
        with (self.home.folder.parent / "up.txt").open("ab") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "xueqiao", "up", *(options or ("--no-demo",))],
                env=self.environment,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        self.ups.append(process)
        return process

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "xueqiao", *command],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
            check=False,
        )

    def said(self) -> str:
        return (self.home.folder.parent / "up.txt").read_text()

    def address(self) -> str:
        """Wait until the site is ready and return where."""

        def ready() -> str | None:
            running = read_record(self.home.running_file)
            return running.address if running and self.get(running.address + "/-/ready") == 200 else None

        return wait_for(ready, self.said)

    def get(self, url: str) -> int | None:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return int(response.status)
        except urllib.error.HTTPError as refusal:
            return refusal.code
        except OSError:
            return None

    def pids(self) -> dict[str, int]:
        running = read_record(self.home.running_file)
        assert running is not None
        names = ["supervisor", "web", "worker"]
        if len(running.processes) < len(names):  # read while a dead one is being replaced
            return {}
        return {name: pid for name, (pid, _) in zip(names, running.processes, strict=True)}

    def processes(self) -> list[psutil.Process]:
        """Every process of this home, whoever its parent is now."""
        mine = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                if process.status() == psutil.STATUS_ZOMBIE:
                    continue
                if process.environ().get("XUEQIAO_HOME") == str(self.home.folder):
                    mine.append(process)
        return mine

    def end(self) -> None:
        for process in self.ups:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.ups:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(40)
        for left in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                left.kill()
        self.database.stop(at_once=True)


def wait_for(ask: Callable[[], T | None], said: Callable[[], str]) -> T:
    deadline = time.monotonic() + SECONDS_MAX
    while time.monotonic() < deadline:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.2)
    pytest.fail(f"waited {SECONDS_MAX} s in vain; `up` said:\n{said()}")


@contextlib.contextmanager
def a_site() -> Iterator[Site]:
    folder = Path(tempfile.mkdtemp(prefix="xueqiao-up-"))
    folder.chmod(0o711)
    site = Site(folder)
    try:
        yield site
    finally:
        site.end()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def new_site() -> Iterator[Site]:
    """A folder in which nothing was ever started."""
    with a_site() as site:
        yield site


@pytest.fixture(scope="module")
def kept_home() -> Iterator[Path]:
    """A home that was started once and stopped: most tests begin with a copy of it, building it takes a minute."""
    with a_site() as site:
        process = site.up()
        site.address()
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert site.home.secret_key() not in site.said()
        yield site.home.folder


@pytest.fixture
def site(kept_home: Path) -> Iterator[Site]:
    """A home that was in use before."""
    with a_site() as site:
        subprocess.run(["cp", "-a", str(kept_home), str(site.home.folder)], check=True)
        yield site


def test_killing_everything_and_starting_again_loses_nothing(site: Site) -> None:
    site.up()
    first_address = site.address()

    again = site.run("up", "--no-demo")
    assert again.returncode == 0
    assert first_address in again.stdout
    assert len([p for p in site.processes() if "up" in p.cmdline()]) == 1, "a second start starts nothing"

    with psycopg.connect(site.database.uri(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        for number in range(20):
            connection.execute("INSERT INTO kept VALUES (%s)", [number])
        database_process = site.database.process()
        assert database_process is not None
        victims = [*site.processes(), database_process]
        for victim in victims:
            victim.kill()
    psutil.wait_procs(victims, timeout=10)
    assert not site.database.is_running()

    site.up()
    site.address()
    with psycopg.connect(site.database.uri()) as connection:
        row = connection.execute("SELECT array_agg(n ORDER BY n) FROM kept").fetchone()
    assert row == (list(range(20)),)


def test_what_a_killed_supervisor_left_is_ended_by_the_next_start(site: Site) -> None:
    site.up()
    site.address()
    children = {name: psutil.Process(pid) for name, pid in site.pids().items()}
    children["supervisor"].kill()
    site.ups[-1].wait(10)
    orphans = [children["web"], children["worker"]]
    assert all(orphan.is_running() for orphan in orphans)

    site.up()
    wait_for(lambda: not any(o.is_running() and o.status() != psutil.STATUS_ZOMBIE for o in orphans), site.said)
    site.address()
    assert len([p for p in site.processes() if "worker" in p.cmdline()]) == 1


def test_whatever_dies_alone_comes_back(site: Site) -> None:
    site.up()
    address = site.address()
    before = site.pids()
    database_process = site.database.process()
    assert database_process is not None
    for victim in (psutil.Process(before["web"]), psutil.Process(before["worker"]), database_process):
        victim.kill()

    def all_new() -> bool:
        assert site.ups[-1].poll() is None, site.said()
        now = site.pids()
        return all(now.get(name, old) != old for name, old in before.items() if name != "supervisor") and (
            site.database.is_running()
        )

    wait_for(all_new, site.said)
    assert site.address() == address, "at the same address"


def test_stop_ends_every_process_and_keeps_the_data(site: Site) -> None:
    process = site.up()
    site.address()
    stopped = site.run("stop")
    assert stopped.returncode == 0, stopped.stderr
    assert process.wait(60) == 0
    assert site.processes() == []
    assert not site.database.is_running()
    assert site.home.region() is not None


def test_a_taken_port_is_stepped_over(site: Site) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        site.up("--no-demo", "--port", str(port))
        address = site.address()
    assert int(address.rpartition(":")[2]) > port


def test_a_demo_refuses_to_listen_beyond_this_machine(new_site: Site) -> None:
    refused = new_site.run("up", "--demo", "--host", "0.0.0.0")
    assert refused.returncode == 2
    assert "--i-know-this-is-a-demo" in refused.stderr
    assert not new_site.database.is_running()
    assert not new_site.home.region_file.exists()


def test_a_folder_of_one_kind_refuses_to_become_the_other(new_site: Site) -> None:
    new_site.home.prepare()
    new_site.home.region_file.write_text(json.dumps({"is_demo": False, "clock_offset_seconds": 0}))
    refused = new_site.run("up", "--demo")
    assert refused.returncode == 2
    assert "XUEQIAO_HOME" in refused.stderr
    assert not new_site.database.is_running()


def test_status_tells_no_secret_and_unknown_health_paths_are_not_found(site: Site) -> None:
    site.up()
    address = site.address()
    with urllib.request.urlopen(address + "/-/status", timeout=5) as response:
        said = json.loads(response.read())
    assert set(said) == {"name", "version", "uptime_seconds", "demo"}
    assert site.get(address + "/-/nothing") == 404
    assert site.home.secret_key() not in site.said()
