"""Restoring into a new database beside the old one, and comparing it with what the backup promised.

"It started" proves nothing: a damaged restore may start and miscount. So every table is counted twice, by a scan of the
heap and by a scan of an index, and its content is hashed.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from xueqiao.server.backups import DUMP, Manifest, opened, run_tool
from xueqiao.server.home import Home
from xueqiao.server.table_counts import RESTLESS, count_by_index, count_tables


@dataclass(frozen=True)
class TableReport:
    """One table: rows promised, rows by heap scan, rows by index scan, and whether its content hash agrees."""

    name: str
    promised: int
    heap: int
    index: int
    content_agrees: bool

    @property
    def agrees(self) -> bool:
        return self.promised == self.heap == self.index and self.content_agrees


@dataclass(frozen=True)
class RestoreReport:
    """Where the restored database and media are, and table by table whether they are what the backup promised."""

    database: str
    url: str
    media: Path
    manifest: Manifest
    tables: tuple[TableReport, ...]

    @property
    def agrees(self) -> bool:
        return all(table.agrees for table in self.tables) and {t.name for t in self.tables} == (
            set(self.manifest.tables) - RESTLESS
        )


def restore_backup(home: Home, url: str, file: Path, *, now: datetime) -> RestoreReport:
    """Restore `file` into a new database on the same server, media into a new folder; compare; leave the old alone."""
    stamp = f"{now:%Y%m%d_%H%M%S}"
    name = f"{urlsplit(url).path.lstrip('/')}_restored_{stamp}"
    new_url = with_database(url, name)
    media = home.folder / f"media_restored_{stamp}"
    with opened(file) as (folder, manifest):
        with psycopg.connect(with_database(url, "postgres"), autocommit=True) as admin:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        run_tool("pg_restore", ["--no-owner", "--exit-on-error", str(folder / DUMP)], new_url)
        if (folder / "media").is_dir():
            shutil.copytree(folder / "media", media)
        else:
            media.mkdir()
        media.chmod(0o700)
    return RestoreReport(name, new_url, media, manifest, tuple(compare(new_url, manifest)))


def compare(url: str, manifest: Manifest) -> list[TableReport]:
    """Count the restored tables by heap and by index and compare them with the manifest."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")  # marks pages all-visible, so that index-only scans are just that
    with psycopg.connect(url) as connection:
        counts = count_tables(connection)
        connection.rollback()
        reports = []
        for name in sorted(set(counts) | set(manifest.tables)):
            if name in RESTLESS:
                continue
            here, promised = counts.get(name), manifest.tables.get(name)
            by_index = count_by_index(connection, name) if here else -1
            connection.rollback()
            reports.append(
                TableReport(
                    name,
                    promised.rows if promised else -1,
                    here.rows if here else -1,
                    by_index,
                    bool(here and promised and here.content == promised.content),
                )
            )
    return reports


def switch_to(home: Home, url: str, report: RestoreReport, *, now: datetime) -> str:
    """Give the restored database the name in `url`, and keep the old one under a name of its own, which is returned.

    Needs the site stopped: the server refuses to rename a database that somebody uses.
    """
    name = urlsplit(url).path.lstrip("/")
    old = f"{name}_before_{now:%Y%m%d_%H%M%S}"
    with psycopg.connect(with_database(url, "postgres")) as admin:  # one transaction: both names change or neither
        for source, target in ((name, old), (report.database, name)):
            admin.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(source), sql.Identifier(target))
            )
    if home.media.exists():
        home.media.rename(home.folder / f"media_before_{now:%Y%m%d_%H%M%S}")
    report.media.rename(home.media)
    return old


def with_database(url: str, name: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path="/" + quote(name)))
