"""`xueqiao up`: from nothing, or from whatever was killed, to a served site with its address on the screen."""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import ipaddress
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from xueqiao.server import environment
from xueqiao.server.demo_clock import evening_offset
from xueqiao.server.embedded_database import DatabaseFailed, EmbeddedDatabase
from xueqiao.server.home import Home, Region
from xueqiao.server.static_files import collect, static_folder
from xueqiao.server.supervisor import Child, Supervisor, end_orphans, read_record

PORTS_TRIED = 50
READY_SECONDS_MAX = 90


class CannotStart(RuntimeError):
    """What keeps the site from starting, and what to do about it."""


@dataclass(frozen=True)
class Wish:
    """What the operator asked for. is_demo None: as before, or a demo region at the first start."""

    host: str = "127.0.0.1"
    port: int = 8000
    is_demo: bool | None = None
    may_show_demo: bool = False
    workers: int = 1


Say = Callable[[str], None]


def address_of_running(home: Home, *, patience_seconds: float = READY_SECONDS_MAX) -> str | None:
    """Return the address when another `up` holds the lock of this home, after waiting for it to be ready.

    None when nobody holds it. Raises CannotStart when the holder does not become ready.
    """
    with lock(home) as is_mine:
        if is_mine:
            return None
    deadline = time.monotonic() + patience_seconds
    while time.monotonic() < deadline:
        running = read_record(home.running_file)
        if running is not None and answers(running.address, "/-/ready"):
            return running.address
        time.sleep(0.3)
    raise CannotStart(
        "学桥已在启动，但一直没有就绪。请看日志，或运行 xueqiao stop 再试。"
        f"（Another start holds {home.lock_file} but is not ready: see {home.logs}, or run xueqiao stop.）"
    )


@contextlib.contextmanager
def lock(home: Home) -> Iterator[bool]:
    """Hold the home's lock for the block; yields False when somebody else does. A killed holder lets go by dying."""
    home.folder.mkdir(parents=True, exist_ok=True)
    with home.lock_file.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def choose_region(home: Home, wish: Wish) -> Region:
    """Return the region that lives here from now on. Raises CannotStart when the wish contradicts what is here."""
    known = home.region()
    if known is None:
        known = Region(is_demo=wish.is_demo is not False)
    elif wish.is_demo is not None and wish.is_demo != known.is_demo:
        here = "演示" if known.is_demo else "正式"
        raise CannotStart(
            f"{home.folder} 里是{here}数据，不能改。请用 XUEQIAO_HOME 另选一个文件夹。"
            f"（This folder holds a {'demo' if known.is_demo else 'real'} region. Choose another XUEQIAO_HOME.）"
        )
    if not known.is_demo:
        return known
    if not is_loopback(wish.host) and not wish.may_show_demo:
        raise CannotStart(
            f"演示数据只在本机开放，不在 {wish.host} 上开放：任何人都能用链接进入。"
            "确实需要，请加 --i-know-this-is-a-demo。"
            f"（A demo lets anybody in by link, so it does not listen on {wish.host} unless you add "
            "--i-know-this-is-a-demo.）"
        )
    return Region(True, evening_offset(datetime.now(UTC), known.clock_offset))


def is_loopback(host: str) -> bool:
    """True for localhost and loopback addresses."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def free_port(host: str, port: int) -> int:
    """Return `port`, or the next free one after it. Raises CannotStart when fifty in a row are taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + PORTS_TRIED, 65536)):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except OSError:
                continue
            return candidate
    raise CannotStart(f"{host} 的 {port} 起 {PORTS_TRIED} 个端口都被占用。（All ports from {port} on are taken.）")


def prepare_environment(home: Home, region: Region, wish: Wish) -> None:
    """Set the environment that this process and its children read their settings from."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "xueqiao.server.settings"
    os.environ[environment.HOME.name] = str(home.folder)
    if not environment.SECRET_KEY.read():
        os.environ[environment.SECRET_KEY.name] = home.secret_key()
    os.environ[environment.DEMO.name] = "1" if region.is_demo else "0"
    os.environ[environment.CLOCK_OFFSET.name] = str(int(region.clock_offset / timedelta(seconds=1)))
    os.environ[environment.STATIC_FOLDER.name] = str(static_folder(home.static))
    if environment.HOSTS.name not in os.environ and not is_loopback(wish.host):
        os.environ[environment.HOSTS.name] = f"{environment.HOSTS.default},{wish.host},{socket.gethostname()}"


def start_database(home: Home) -> EmbeddedDatabase | None:
    """Start the embedded database unless DATABASE_URL names another; sets DATABASE_URL. None: not ours to stop."""
    database = EmbeddedDatabase(home.database)
    if environment.DATABASE_URL.read() not in {"", database.uri()}:
        return None
    database.start()
    os.environ[environment.DATABASE_URL.name] = database.uri()
    return database


def prepare_schema() -> bool:
    """Bring the schema up to date, with the divisions in a new one; return True when there was something to do."""
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from xueqiao.server.ground.read import load_divisions_once  # noqa: PLC0415
    from xueqiao.server.health import is_migrated  # noqa: PLC0415

    if is_migrated():
        return False
    call_command("migrate", verbosity=0, interactive=False)
    load_divisions_once()
    connection.close()
    return True


def serve(home: Home, wish: Wish, database: EmbeddedDatabase | None, *, say: Say, greet: Callable[[str], None]) -> None:
    """Start web and worker, wait until they are ready, greet with the address, and watch them until told to stop."""
    port = free_port(wish.host, wish.port)
    address = f"http://{'127.0.0.1' if wish.host in {'0.0.0.0', '::'} else wish.host}:{port}"  # noqa: S104
    os.environ.setdefault(environment.PUBLIC_URL.name, address)
    python = [sys.executable, "-m", "xueqiao"]
    supervisor = Supervisor(
        environment=dict(os.environ),
        record=home.running_file,
        address=address,
        children=[
            Child(
                "web",
                [*python, "web", "--host", wish.host, "--port", str(port), "--workers", str(wish.workers)],
                home.logs / "web.log",
            ),
            Child("worker", [*python, "worker"], home.logs / "worker.log"),
        ],
        say=say,
        keep_database=lambda: keep_running(database, say),
    )
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, supervisor.ask_to_stop)
    try:
        supervisor.start()
        wait_until_ready(supervisor, home)
        if not supervisor.is_stopping():
            greet(address)
        supervisor.run()
    finally:
        say("正在停止……  Stopping.")
        supervisor.stop()


def wait_until_ready(supervisor: Supervisor, home: Home) -> None:
    """Return when /-/ready says yes, or when told to stop. Raises CannotStart with the end of the logs otherwise."""
    deadline = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < deadline and not supervisor.is_stopping():
        if answers(supervisor.address, "/-/ready"):
            return
        if not all(child.is_running() for child in supervisor.children):
            break
        time.sleep(0.1)
    if supervisor.is_stopping():
        return
    ends = "\n".join(f"--- {child.log.name}\n{end_of(child.log)}" for child in supervisor.children)
    raise CannotStart(f"网站没有就绪，日志在 {home.logs}。（The site did not become ready.）\n{ends}")


def keep_running(database: EmbeddedDatabase | None, say: Say) -> None:
    """Start the embedded database again when it died. A failed try is said; the next tick tries again."""
    if database is None or database.is_running():
        return
    say("数据库意外退出，正在恢复……  The database died; recovering.")
    try:
        database.start()
    except (DatabaseFailed, OSError, psycopg.Error) as failure:
        say(f"还没有恢复：{failure}  Not yet.")


def clean_up_after_kill(home: Home) -> int:
    """End what a killed supervisor left behind; call it only while holding the lock. Returns how many processes."""
    running = read_record(home.running_file)
    home.running_file.unlink(missing_ok=True)
    return 0 if running is None else end_orphans(running)


def answers(address: str, path: str) -> bool:
    """True when a GET of `path` gives 200 within two seconds."""
    host, _, port = address.removeprefix("http://").rpartition(":")
    connection = http.client.HTTPConnection(host.strip("[]"), int(port), timeout=2)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        said = json.loads(response.read())
    except (OSError, ValueError, http.client.HTTPException):
        return False
    else:
        return response.status == http.client.OK and isinstance(said, dict)
    finally:
        connection.close()


def end_of(log: Path, lines: int = 12) -> str:
    """Return the last lines of a log."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""


def collect_static(home: Home) -> None:
    """Collect static files for this version, at its first start."""
    home.static.mkdir(exist_ok=True)
    collect(static_folder(home.static))
