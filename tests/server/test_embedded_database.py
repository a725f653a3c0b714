"""The embedded PostgreSQL: durable, private, and back on its feet whatever was killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psutil
import psycopg
import pytest

from xueqiao.server import embedded_database
from xueqiao.server.embedded_database import (
    THROWAWAY_PREFIX,
    DatabaseFailed,
    EmbeddedDatabase,
    memory_kilobytes,
    program,
    throwaway,
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the database's system user can reach; pytest's own tmp_path is closed to others."""
    made = Path(tempfile.mkdtemp(prefix="xueqiao-test-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def database(folder: Path) -> Iterator[EmbeddedDatabase]:
    database = EmbeddedDatabase(folder / "database")
    database.start()
    yield database
    database.stop(at_once=True)


def value_of(database: EmbeddedDatabase, sql: str) -> object:
    with psycopg.connect(database.uri()) as connection:
        row = connection.execute(sql).fetchone()
        assert row is not None
        return row[0]


def kill(database: EmbeddedDatabase) -> None:
    process = database.process()
    assert process is not None
    process.kill()
    process.wait(10)


def test_the_server_is_durable_sized_to_the_machine_and_not_on_the_network(database: EmbeddedDatabase) -> None:
    for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
        assert value_of(database, f"SHOW {name}") == "on", name
    assert value_of(database, "SHOW listen_addresses") == ""
    assert value_of(database, "SHOW server_encoding") == "UTF8"
    assert value_of(database, "SHOW server_version_num") >= "180000"  # type: ignore[operator]
    buffers = value_of(database, "SELECT setting::bigint * 8 FROM pg_settings WHERE name = 'shared_buffers'")
    assert buffers == pytest.approx(max(64 << 10, min(2 << 20, memory_kilobytes() // 8)), rel=0.01)


@pytest.mark.parametrize(
    ("platform", "release", "method"),
    [
        ("linux", "6.1.0-18-amd64", "syncfs"),
        ("linux", "5.8.0", "syncfs"),
        ("linux", "5.4.0-150-generic", "fsync"),  # syncfs would not tell of writes that failed
        ("linux", "unknown", "fsync"),
        ("darwin", "23.4.0", "fsync"),
    ],
)
def test_recovery_flushes_whole_file_systems_where_the_kernel_reports_failures(
    folder: Path, monkeypatch: pytest.MonkeyPatch, platform: str, release: str, method: str
) -> None:
    monkeypatch.setattr(embedded_database.sys, "platform", platform)
    monkeypatch.setattr(embedded_database.os, "uname", lambda: SimpleNamespace(release=release))
    assert embedded_database.EmbeddedDatabase(folder).settings()["recovery_init_sync_method"] == method


def test_nobody_is_trusted_without_proof(database: EmbeddedDatabase) -> None:
    methods = value_of(database, "SELECT array_agg(DISTINCT auth_method ORDER BY auth_method) FROM pg_hba_file_rules")
    assert methods == ["peer", "scram-sha-256"]
    assert database.folder.stat().st_mode & 0o077 == 0
    assert database.socket_folder.stat().st_mode & 0o077 == 0


def test_starting_a_running_server_changes_nothing(database: EmbeddedDatabase) -> None:
    before = database.process()
    database.start()
    assert database.process() == before


def test_acknowledged_rows_survive_kill_9_of_the_server(database: EmbeddedDatabase) -> None:
    with psycopg.connect(database.uri(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        for number in range(50):
            connection.execute("INSERT INTO kept VALUES (%s)", [number])
        unfinished = psycopg.connect(database.uri())
        unfinished.execute("INSERT INTO kept VALUES (-1)")
        kill(database)
    assert not database.is_running()
    database.start()
    assert value_of(database, "SELECT array_agg(n ORDER BY n) FROM kept") == list(range(50))


def test_a_pid_file_naming_a_stranger_does_not_keep_the_server_down(database: EmbeddedDatabase) -> None:
    kill(database)
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        file = database.data / "postmaster.pid"
        lines = file.read_text().splitlines()
        file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        assert not database.is_running()
        database.start()
        assert value_of(database, "SELECT 1") == 1
        assert stranger.poll() is None, "the stranger is left alone"
    finally:
        stranger.kill()
        stranger.wait()


def test_a_killed_server_that_is_not_reaped_yet_does_not_keep_the_next_one_down(database: EmbeddedDatabase) -> None:
    """Its socket's lock file names a number that still answers: a zombie, or whoever has the number now."""
    kill(database)
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        lock = database.socket_folder / ".s.PGSQL.5432.lock"
        lines = lock.read_text().splitlines()
        lock.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        database.start()
        assert value_of(database, "SELECT 1") == 1
        assert stranger.poll() is None, "the stranger is left alone"
    finally:
        stranger.kill()
        stranger.wait()


def test_a_folder_made_half_way_is_made_again(folder: Path) -> None:
    database = EmbeddedDatabase(folder / "database")
    (folder / "database" / "pg18.making" / "base").mkdir(parents=True)
    try:
        database.start()
        assert value_of(database, "SELECT current_database()") == "xueqiao"
    finally:
        database.stop(at_once=True)


def test_a_long_path_gets_a_short_private_socket_folder(folder: Path) -> None:
    database = EmbeddedDatabase(folder / ("deep" * 20) / "database")
    database.folder.parent.mkdir(mode=0o711)
    try:
        database.start()
        assert value_of(database, "SELECT 1") == 1
        assert database.socket_folder.stat().st_mode & 0o077 == 0
    finally:
        database.stop(at_once=True)
        shutil.rmtree(database.socket_folder, ignore_errors=True)


def test_settings_of_the_operator_win(database: EmbeddedDatabase) -> None:
    with psycopg.connect(database.uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET max_connections = 41")
    database.stop()
    database.start()
    assert value_of(database, "SHOW max_connections") == "41"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_another_system_user_is_not_let_in_even_when_the_socket_is_open(database: EmbeddedDatabase) -> None:
    database.folder.chmod(0o755)
    database.socket_folder.chmod(0o755)
    (database.socket_folder / ".s.PGSQL.5432").chmod(0o777)
    outcome = subprocess.run(
        [str(program("psql")), database.uri(), "-c", "SELECT 1"],
        capture_output=True,
        text=True,
        user="nobody",
        cwd="/",
        check=False,
    )
    assert outcome.returncode != 0
    assert "Peer authentication failed" in outcome.stderr or "Permission denied" in outcome.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_a_closed_programs_folder_is_copied_not_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_database, "_can_run", lambda postgres: False)
    database = EmbeddedDatabase(folder / "database")
    try:
        database.start()
        assert value_of(database, "SELECT 1") == 1
        process = database.process()
        assert process is not None
        assert Path(process.exe()).is_relative_to(folder)
    finally:
        database.stop(at_once=True)


def test_the_reason_of_a_failed_start_is_said(folder: Path) -> None:
    database = EmbeddedDatabase(folder / "database")
    database.start()
    database.stop()
    (database.data / "postgresql.auto.conf").write_text("max_connections = 'many'\n")
    with pytest.raises(DatabaseFailed, match="max_connections"):
        database.start()


def test_a_throwaway_leaves_nothing_behind() -> None:
    with throwaway(durable=False) as url:
        with psycopg.connect(url) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
        assert row is not None
        data = Path(row[0])
        assert data.parts[-3].startswith(THROWAWAY_PREFIX)
    assert not data.parent.parent.exists()
    assert not [p for p in psutil.process_iter() if embedded_database._works_in(p.pid, data)]


def test_a_throwaway_of_a_killed_process_is_swept_by_the_next() -> None:
    code = (
        "import time; from xueqiao.server.embedded_database import throwaway\n"
        "with throwaway(durable=False) as url: print(url, flush=True); time.sleep(60)"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment)
    assert child.stdout is not None
    url = child.stdout.readline().strip()
    folder = Path(url.partition("host=")[2]).parent.parent
    assert folder.name.startswith(THROWAWAY_PREFIX)
    assert folder.exists()
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    time.sleep(0.1)
    with throwaway(durable=False):
        assert not folder.exists()
