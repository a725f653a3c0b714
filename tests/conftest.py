"""The database of the tests, and a few fixtures every part uses.

DATABASE_URL points the tests at a server; without it an embedded one is started for the run in a folder of its own and
thrown away at the end. The schema is migrated once into a template database, named by a hash of the migrations; every
run and every xdist worker gets a copy of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from tests.mutants import Mutants, summary

DURABLE = "--durable-database"
THROWN_AWAY = "TESTS_THROW_THE_SERVER_AWAY"  # told to xdist's workers, who inherit DATABASE_URL too

# A busy machine makes examples slow; that says nothing about the property.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        DURABLE,
        action="store_true",
        help="run the embedded test database with fsync on (slower; the default run trades durability for minutes)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start the embedded database before anybody connects; xdist's workers inherit its address."""
    if os.environ.get("DATABASE_URL"):
        return
    from xueqiao.server.embedded_database import throwaway
    from xueqiao.server.settings import database_settings

    stack = contextlib.ExitStack()
    url = stack.enter_context(throwaway(durable=config.getoption(DURABLE)))
    os.environ["DATABASE_URL"] = url
    os.environ[THROWN_AWAY] = "1"
    config.add_cleanup(stack.close)

    from django.conf import settings
    from django.db import connections

    if settings.configured:
        settings.DATABASES["default"].update(database_settings(url))
        connections["default"].settings_dict.update(database_settings(url))


# Files that take minutes come first: one of them begun last would keep one worker busy and the others idle.
LONG_FILES = (
    "tests/browser/test_pages.py",
    "tests/journeys/",
    "tests/server/test_up.py",
    "tests/nemesis/",
    "tests/properties/",
    "tests/model/",
    "tests/interleavings/",
    "tests/channels/test_permissions.py",
    "tests/channels/test_hostile_input.py",
    "tests/conformance/",
    "tests/server/",
    "tests/browser/",
    "tests/races/",
)


def _place_in_line(item: pytest.Item) -> int:
    name = item.nodeid
    return next((place for place, start in enumerate(LONG_FILES) if name.startswith(start)), len(LONG_FILES))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=_place_in_line)
    missing = None if chromium() else "NO CHROMIUM: install it (apt-get install chromium); browser tests were NOT run"
    for item in items:
        if missing and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=missing))


@pytest.fixture
def mutants(request: pytest.FixtureRequest) -> Iterator[Mutants]:
    """mutants.tell(area, name, caught=...): counted at the end of the run; a missed one fails the test."""
    told = Mutants()
    yield told
    request.node.user_properties.extend(told.told)
    assert not told.missed, f"planted bugs that nobody noticed: {told.missed}"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = [report for kind in ("passed", "failed", "error", "") for report in terminalreporter.stats.get(kind, [])]
    if lines := summary(reports):
        terminalreporter.section("planted bugs")
        for line in lines:
            terminalreporter.write_line(line)
    skipped = [r for r in terminalreporter.stats.get("skipped", []) if "NO CHROMIUM" in str(r.longrepr)]
    if skipped:
        terminalreporter.section("browser tests skipped", sep="!", red=True, bold=True)
        terminalreporter.write_line(f"{len(skipped)} browser tests were skipped: no chromium on this machine.")


def chromium() -> str | None:
    """Return the path of the browser, or None."""
    return os.environ.get("XUEQIAO_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser's path; skips loudly when the machine has none."""
    path = chromium()
    if path is None:
        pytest.skip("NO CHROMIUM: install it (apt-get install chromium)")
    return path


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any
) -> Iterator[None]:
    """Give this process a copy of the migrated template."""
    from django.db import connection, connections
    from django.test import TransactionTestCase

    from tests.clean_slate import delete_what_was_committed

    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    real = connection.settings_dict["NAME"]
    keep = request.config.getvalue("reuse_db")
    mine = f"test_{real}" + (f"_{worker}" if worker else "")
    with django_db_blocker.unblock():
        connection.close()
        with _maintenance() as admin:
            template = _ensure_template(admin, real)
            _copy(admin, template, mine, keep=keep)
        connections["default"].settings_dict["NAME"] = mine
        connection.settings_dict["NAME"] = mine
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: delete_what_was_committed())
        yield
    with django_db_blocker.unblock():
        connections.close_all()
        # A server that is thrown away takes its databases along: dropping one waits for a checkpoint.
        if not keep and THROWN_AWAY not in os.environ:
            with _maintenance() as admin:
                admin.execute(f'DROP DATABASE IF EXISTS "{mine}" WITH (FORCE)')
        connection.settings_dict["NAME"] = real


@pytest.fixture(scope="session")
def template_url(django_db_setup: None, django_db_blocker: Any) -> str:
    """The address of the migrated template, for tests that start a server of their own and want its schema."""
    url = os.environ["DATABASE_URL"]
    with django_db_blocker.unblock(), _maintenance() as admin:
        template = _ensure_template(admin, urlsplit(url).path.lstrip("/"))
    return urlunsplit(urlsplit(url)._replace(path=f"/{template}"))


@pytest.fixture(scope="session", autouse=True)
def own_media(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Files that actions publish go into a folder of the run, never into the platform's own."""
    from django.test import override_settings

    with override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("media"))):
        yield


@pytest.fixture(autouse=True)
def no_jobs_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Queued jobs end with the test that committed them: the queue is not Django's, so its flush spares it."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if not (marker and marker.kwargs.get("transaction")) and "transactional_db" not in request.fixturenames:
        return
    from django.db import connection

    with request.getfixturevalue("django_db_blocker").unblock(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs RESTART IDENTITY CASCADE")


@pytest.fixture
def deliver_due() -> Callable[[datetime], int]:
    """deliver_due(now): bring everything waiting to its subscribers, and what they record too; returns how many.

    For tests whose transaction is rolled back, where nothing commits and so nothing is delivered by itself. A failing
    subscriber fails the test.
    """
    from xueqiao.foundation.outbox import api as outbox
    from xueqiao.foundation.outbox.models import Delivery

    def run(now: datetime) -> int:
        total = 0
        while True:
            count = outbox.deliver_due(now)
            if count.failed:
                failures = Delivery.objects.exclude(last_error="").values_list("subscriber", "last_error")
                pytest.fail(f"subscribers failed: {sorted(failures)}")
            if not count.done:
                return total
            total += count.done

    return run


def _maintenance() -> psycopg.Connection[Any]:
    from django.db import connection

    params = {k: v for k, v in connection.get_connection_params().items() if k in {"user", "password", "host", "port"}}
    return psycopg.connect(**params, dbname="postgres", autocommit=True)


def _ensure_template(admin: psycopg.Connection[Any], real: str) -> str:
    """Return the name of the migrated template, made now if no process made it before."""
    from django.core.management import call_command
    from django.db import connection

    prefix = f"template_{real}_"
    template = prefix + _migrations_digest()
    admin.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [20_250_101, prefix])
    try:
        known = {name for (name,) in admin.execute("SELECT datname FROM pg_database").fetchall()}
        if template in known:
            return template
        for old in known:
            if re.fullmatch(re.escape(prefix) + r"[0-9a-f]{12}(_making)?", old):
                admin.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
        making = f"{template}_making"
        admin.execute(f'CREATE DATABASE "{making}"')
        connection.settings_dict["NAME"] = making
        try:
            call_command("migrate", verbosity=0, interactive=False)
        finally:
            connection.close()
            connection.settings_dict["NAME"] = real
        # Renamed only when complete: a run killed half-way leaves no template that looks finished.
        admin.execute(f'ALTER DATABASE "{making}" RENAME TO "{template}"')
        return template
    finally:
        admin.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [20_250_101, prefix])


def _copy(admin: psycopg.Connection[Any], template: str, name: str, *, keep: bool) -> None:
    """Copy the template, or keep an earlier copy of the very same one."""
    row = admin.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
    ).fetchone()
    if keep and row is not None and row[0] == template:
        return
    admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    admin.execute(
        "SELECT pg_advisory_lock(%s, hashtext(%s))", [20_250_102, template]
    )  # one copy at a time; by WAL: a file copy waits for a checkpoint
    try:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY WAL_LOG')
        admin.execute(f"COMMENT ON DATABASE \"{name}\" IS '{template}'")
    finally:
        admin.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [20_250_102, template])


def _migrations_digest() -> str:
    from django.apps import apps

    digest = hashlib.sha256()
    for config in apps.get_app_configs():
        if find_spec(f"{config.name}.migrations") is None:
            continue
        for file in sorted(Path(config.path, "migrations").rglob("*")):
            if file.suffix in {".py", ".sql"}:
                digest.update(f"{config.label}/{file.name}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
