"""What was backed up comes back equal, and damage is noticed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from xueqiao.server.backups import BackupFailed, check_backup, make_backup, opened, without_password
from xueqiao.server.embedded_database import EmbeddedDatabase
from xueqiao.server.home import Home
from xueqiao.server.restores import compare, restore_backup, switch_to, with_database
from xueqiao.server.table_counts import count_tables

NOW = datetime(2026, 3, 5, 11, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    folder = Path(tempfile.mkdtemp(prefix="xueqiao-backup-"))
    folder.chmod(0o711)
    home = Home(folder / "home")
    home.prepare()
    home.secret_key()
    database = EmbeddedDatabase(home.database, durable=False)
    database.start()
    with psycopg.connect(database.uri()) as connection:
        connection.execute("CREATE TABLE resident (id bigint PRIMARY KEY, name text, born date, at timestamptz)")
        connection.execute(
            "INSERT INTO resident SELECT n, '居民' || n, date '1950-01-01' + n, now() FROM generate_series(1, 5000) n"
        )
        connection.execute("CREATE TABLE empty (id bigint PRIMARY KEY)")
    (home.media / "poster").mkdir()
    (home.media / "poster" / "class.txt").write_text("今晚七点")
    yield home
    database.stop(at_once=True)
    shutil.rmtree(folder)


@pytest.fixture
def url(home: Home) -> str:
    return EmbeddedDatabase(home.database).uri()


@pytest.fixture(scope="module")
def backup(home: Home) -> Path:
    return make_backup(home, EmbeddedDatabase(home.database).uri(), home.backups, now=NOW)


def test_a_backup_is_one_private_file_with_a_manifest_and_no_secret(home: Home, backup: Path) -> None:
    assert backup.name == "xueqiao-20260305-110000.tar"
    assert backup.stat().st_mode & 0o077 == 0
    assert [p.name for p in home.backups.iterdir()] == [backup.name]
    manifest = check_backup(backup)
    assert manifest.tables["resident"].rows == 5000
    assert manifest.tables["empty"].rows == 0
    assert set(manifest.files) == {"database.dump", "media/poster/class.txt"}
    assert home.secret_key().encode() not in backup.read_bytes()


def test_a_restore_is_a_new_database_equal_to_the_old(home: Home, url: str, backup: Path) -> None:
    report = restore_backup(home, url, backup, now=NOW)
    assert report.agrees
    assert report.database == "xueqiao_restored_20260305_110000"
    with psycopg.connect(url) as old, psycopg.connect(report.url) as new:
        assert count_tables(old) == count_tables(new)
    assert (report.media / "poster" / "class.txt").read_text() == "今晚七点"
    assert (home.media / "poster" / "class.txt").exists(), "the old media stay"


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE resident SET name = '别人' WHERE id = 7",
        "DELETE FROM resident WHERE id = 7",
        "INSERT INTO empty VALUES (1)",
        "DROP TABLE empty",
        "CREATE TABLE stowaway (id bigint PRIMARY KEY)",
    ],
)
def test_a_restored_database_that_differs_in_one_row_is_noticed(
    home: Home, url: str, backup: Path, damage: str
) -> None:
    name = "differs"
    with psycopg.connect(with_database(url, "postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name}")
        admin.execute(f"CREATE DATABASE {name} TEMPLATE xueqiao")
    manifest = check_backup(backup)
    assert all(table.agrees for table in compare(with_database(url, name), manifest))
    with psycopg.connect(with_database(url, name)) as connection:
        connection.execute(damage)  # type: ignore[call-overload]
    assert [t.name for t in compare(with_database(url, name), manifest) if not t.agrees]


def test_one_changed_byte_anywhere_in_the_dump_is_noticed(home: Home, backup: Path) -> None:
    with opened(backup) as (folder, _):
        dump = (folder / "database.dump").read_bytes()
    whole = bytearray(backup.read_bytes())
    place = whole.find(dump[:64]) + len(dump) // 2
    whole[place] ^= 1
    damaged = home.folder / "damaged.tar"
    damaged.write_bytes(whole)
    with pytest.raises(BackupFailed, match=r"database\.dump"):
        check_backup(damaged)


def test_half_a_file_is_refused(home: Home, backup: Path) -> None:
    half = home.folder / "half.tar"
    half.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
    with pytest.raises(BackupFailed):
        check_backup(half)


def test_an_archive_that_climbs_out_of_its_folder_is_refused(home: Home) -> None:
    import tarfile

    evil = home.folder / "evil.tar"
    payload = home.folder / "payload"
    payload.write_text("x")
    with tarfile.open(evil, "w") as archive:
        archive.add(payload, arcname="../../climbed")
    with pytest.raises(BackupFailed):
        check_backup(evil)
    assert not (home.folder.parent / "climbed").exists()


def test_switching_keeps_the_old_database_under_another_name(home: Home, url: str, backup: Path) -> None:
    later = NOW.replace(hour=12)
    report = restore_backup(home, url, backup, now=later)
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM resident")
    old = switch_to(home, url, report, now=later)
    with psycopg.connect(url) as now_used, psycopg.connect(with_database(url, old)) as kept:
        assert now_used.execute("SELECT count(*) FROM resident").fetchone() == (5000,)
        assert kept.execute("SELECT count(*) FROM resident").fetchone() == (0,)


def test_the_commands_do_it_end_to_end(home: Home, url: str) -> None:
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
        "XUEQIAO_HOME": str(home.folder),
        "DATABASE_URL": "",
        "COLUMNS": "200",
    }

    def xueqiao(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "xueqiao", *words], env=environment, capture_output=True, text=True, check=False
        )

    with tempfile.TemporaryDirectory() as folder:
        made = xueqiao("backup", "--to", folder)
        assert made.returncode == 0, made.stderr
        file = next(Path(folder).glob("*.tar"))
        restored = xueqiao("restore", str(file))
        assert restored.returncode == 0, restored.stderr
        assert "resident" in restored.stdout
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        refused = xueqiao("restore", str(file))
        assert refused.returncode == 2


def test_a_password_leaves_the_address() -> None:
    assert without_password("postgresql://u:p%40ss@h:5432/d") == ("postgresql://u@h:5432/d", "p@ss")
    assert without_password("postgresql://u@/d?host=/s") == ("postgresql://u@/d?host=/s", "")
