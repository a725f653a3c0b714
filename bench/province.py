"""A database of province size that benches keep: loading it takes minutes, so it is loaded once.

It lies on the server of DATABASE_URL, or in `bench/` of the platform's own folder, as the database `bench_province`.
Its comment says what it was loaded from; when migrations, the demo or the search change, it is loaded anew. The clock
of the benches stands at ten past six in the evening of the day of loading, so that "tonight" always has classes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from bench import harness

NAME = "bench_province"
SOURCES = (
    "**/migrations/*.py",
    "server/demo/*.py",
    "server/ground/**/*",
    "domains/catalogue/search/*",
    "domains/classes/actions/refresh_listings.py",
    "domains/classes/rules.py",
)


@dataclass(frozen=True)
class Province:
    """What is loaded. digest: of the files it was made by. rows and seconds: of the load."""

    digest: str
    loaded_at: str
    rows: int
    seconds: float

    @property
    def now(self) -> datetime:
        return datetime.fromisoformat(self.loaded_at)


@contextlib.contextmanager
def kept_province() -> Iterator[Province]:
    """Django works on the kept database for the block, with its clock; loads it first when it is missing or old."""
    from xueqiao.foundation import clock

    with contextlib.ExitStack() as stack:
        url = harness.own_server[0] if harness.own_server else stack.enter_context(_embedded())
        known = _known(url)
        if known is None or known.digest != digest():
            known = _load(url)
        stack.enter_context(harness.connected_to(harness.address_on(url, NAME)))
        stack.enter_context(clock.frozen(known.now))
        yield known


def digest() -> str:
    """Of everything that decides what is in the database."""
    package = Path(__file__).resolve().parent.parent / "src" / "xueqiao"
    files = {file for pattern in SOURCES for file in package.glob(pattern) if file.is_file()}
    whole = hashlib.sha256()
    for file in sorted(files):
        if file.suffix != ".pyc":
            whole.update(str(file.relative_to(package)).encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()[:16]


@contextlib.contextmanager
def _embedded() -> Iterator[str]:
    from xueqiao.server.embedded_database import EmbeddedDatabase
    from xueqiao.server.home import Home

    home = Home.chosen()
    home.prepare()
    server = EmbeddedDatabase(home.folder / "bench")
    server.start()
    try:
        yield server.uri()
    finally:
        server.stop()


def _known(url: str) -> Province | None:
    with harness.admin_of(url) as admin:
        found = admin.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [NAME]
        ).fetchone()
    try:
        return Province(**json.loads(found[0])) if found and found[0] else None
    except (ValueError, TypeError):
        return None


def _load(url: str) -> Province:
    from django.core.management import call_command
    from django.db import connection

    from xueqiao.foundation import clock
    from xueqiao.server.demo.load import load_province

    with harness.admin_of(url) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{NAME}"')
    with harness.connected_to(harness.address_on(url, NAME)):
        call_command("migrate", verbosity=0, interactive=False)
        now = clock.at_local(clock.local_date(clock.now()), 18, 10)
        began = time.perf_counter()
        loaded = load_province(now=now, report=lambda name, rows, _seconds: print(f"  {name}: {rows:,}"))
        seconds = time.perf_counter() - began
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    province = Province(digest(), now.isoformat(), loaded.rows, round(seconds, 1))
    remember(url, province)
    return province


def remember(url: str, province: Province) -> None:
    """Write into the database's comment what it holds: only then is it whole."""
    words = json.dumps(asdict(province)).replace("'", "''")
    with harness.admin_of(url) as admin:
        admin.execute(f"COMMENT ON DATABASE \"{NAME}\" IS '{words}'")
