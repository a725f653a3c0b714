"""A backup is one file: the database as pg_dump gives it, the media, and a manifest to check both against.

Counts and hashes in the manifest are taken in the very snapshot that is dumped. The secret key is left out unless asked
for: without it sessions end and sealed signing keys stay shut, with it the file opens everything.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg

from xueqiao.server.embedded_database import EmbeddedDatabase, program
from xueqiao.server.health import program_version
from xueqiao.server.home import Home
from xueqiao.server.table_counts import HASH, TableCount, count_tables

DUMP, MANIFEST, SECRET, MEDIA = "database.dump", "manifest.json", "secret_key", "media/"
CHUNK = 1 << 20


class BackupFailed(RuntimeError):
    """The backup or restore did not happen; the message says why."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. files: SHA-256 by name in the archive. tables: rows and content hash by table."""

    made_at: str
    version: str
    server_version: str
    is_demo: bool
    hash: str
    files: dict[str, str]
    tables: dict[str, TableCount]

    @classmethod
    def read(cls, text: bytes) -> Manifest:
        said = json.loads(text)
        return cls(**{**said, "tables": {name: TableCount(**count) for name, count in said["tables"].items()}})


def make_backup(home: Home, url: str, folder: Path, *, now: datetime, with_secret_key: bool = False) -> Path:
    """Write a backup into `folder` and read it back; return its path. Raises BackupFailed, leaving no file behind."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"xueqiao-{now:%Y%m%d-%H%M%S}.tar"
    making = target.with_suffix(".making")
    region = home.region()
    try:
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            dump = Path(scratch) / DUMP
            tables, server_version = _dump(url, dump)
            files = {DUMP: dump}
            if home.media.is_dir():
                files |= {MEDIA + str(p.relative_to(home.media)): p for p in home.media.rglob("*") if p.is_file()}
            if with_secret_key:
                files[SECRET] = home.secret_key_file
            manifest = Manifest(
                made_at=now.isoformat(),
                version=program_version(),
                server_version=server_version,
                is_demo=bool(region and region.is_demo),
                hash=HASH,
                files={name: sha256_of(path) for name, path in files.items()},
                tables=tables,
            )
            handle = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                with tarfile.open(fileobj=file, mode="w") as archive:
                    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
                    entry = tarfile.TarInfo(MANIFEST)
                    entry.size = len(text)
                    archive.addfile(entry, io.BytesIO(text))
                    for name, path in files.items():
                        archive.add(path, arcname=name)
                file.flush()
                os.fsync(file.fileno())
        check_backup(making)
        making.replace(target)
    finally:
        making.unlink(missing_ok=True)
    return target


def check_backup(file: Path) -> Manifest:
    """Read a backup whole: every file against its SHA-256, the dump's list by pg_restore. Raises BackupFailed."""
    with opened(file) as (folder, manifest):
        listed = run_tool("pg_restore", ["--list", str(folder / DUMP)])
        data = {line.split()[6] for line in listed.splitlines() if " TABLE DATA " in line}
        missing = sorted(set(manifest.tables) - data)
        if missing:
            raise BackupFailed(f"备份里缺少这些表：{missing}。（Tables are missing from the dump.）")
    return manifest


@contextmanager
def opened(file: Path) -> Iterator[tuple[Path, Manifest]]:
    """Unpack a backup into a temporary folder for the block, after checking every file's SHA-256."""
    with tempfile.TemporaryDirectory(dir=file.parent) as scratch:
        folder = Path(scratch)
        try:
            with tarfile.open(file) as archive:
                archive.extractall(folder, filter="data")
            manifest = Manifest.read((folder / MANIFEST).read_bytes())
        except (tarfile.TarError, OSError, ValueError, KeyError, TypeError) as failure:
            raise BackupFailed(f"{file.name} 不是完整的备份。（Not a whole backup: {failure}）") from failure
        for name, digest in manifest.files.items():
            if not (folder / name).is_file() or sha256_of(folder / name) != digest:
                raise BackupFailed(f"备份里的 {name} 已损坏。（{name} differs from its checksum.）")
        yield folder, manifest


def run_tool(name: str, arguments: list[str], url: str | None = None) -> str:
    """Run pg_dump, pg_restore or psql; a password in `url` travels by the environment, not the process list."""
    environment = dict(os.environ)
    if url is not None:
        address, password = without_password(url)
        arguments = [f"--dbname={address}", *arguments]
        if password:
            environment["PGPASSWORD"] = password
    result = subprocess.run(
        [str(tool(name)), *arguments], env=environment, capture_output=True, text=True, errors="replace", check=False
    )
    if result.returncode != 0:
        raise BackupFailed(f"{name}: {result.stderr.strip()[-2000:]}")
    return result.stdout


def tool(name: str) -> Path:
    """Return the wheel's program, or the system's when the wheel is not installed."""
    ours = program(name)
    return ours if ours.exists() else Path(shutil.which(name) or name)


def without_password(url: str) -> tuple[str, str]:
    """Split an address into itself without the password, and the password."""
    parts = urlsplit(url)
    if parts.password is None:
        return url, ""
    place = parts.netloc.replace(f":{parts.password}@", "@", 1)
    return urlunsplit(parts._replace(netloc=place)), unquote(parts.password)


def sha256_of(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as handle:
        while chunk := handle.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def reachable_database(home: Home) -> Iterator[str]:
    """Yield the address of the database; the embedded one is started for the block when it is not running."""
    from xueqiao.server import environment  # noqa: PLC0415 - the environment is filled in by the console

    database = EmbeddedDatabase(home.database)
    url = environment.DATABASE_URL.read()
    if url not in {"", database.uri()} or database.is_running():
        yield url or database.uri()
        return
    database.start()
    try:
        yield database.uri()
    finally:
        database.stop()


def _dump(url: str, file: Path) -> tuple[dict[str, TableCount], str]:
    with psycopg.connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        snapshot = _one(connection, "SELECT pg_export_snapshot()")
        run_tool("pg_dump", ["--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={file}"], url)
        return count_tables(connection), str(_one(connection, "SHOW server_version"))


def _one(connection: psycopg.Connection[Any], query: str) -> Any:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]
