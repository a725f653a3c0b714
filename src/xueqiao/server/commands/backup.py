"""`xueqiao backup` and `xueqiao restore`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from rich.console import Console
from rich.table import Table

from xueqiao.foundation import clock
from xueqiao.server import launch
from xueqiao.server.backups import BackupFailed, check_backup, make_backup, reachable_database
from xueqiao.server.console import use_home
from xueqiao.server.home import Home
from xueqiao.server.restores import RestoreReport, restore_backup, switch_to

console = Console(highlight=False)


def register(program: typer.Typer) -> None:
    program.command()(backup)
    program.command()(restore)


def backup(
    to: Annotated[Path | None, typer.Option(help="放到哪个文件夹。Folder to write to.")] = None,
    with_secret_key: Annotated[
        bool, typer.Option("--with-secret-key", help="连同密钥；文件请妥善保管。Include the secret key.")
    ] = False,
) -> None:
    """备份数据库和上传的文件，并当场验证。Back up database and media, and check the result."""
    home = Home.chosen()
    use_home(home)
    try:
        with reachable_database(home) as url:
            file = make_backup(home, url, to or home.backups, now=clock.now(), with_secret_key=with_secret_key)
        manifest = check_backup(file)
    except (BackupFailed, OSError, psycopg.Error) as failure:
        _refuse(f"没有备份成：{failure}")
    rows = sum(table.rows for table in manifest.tables.values())
    console.print(f"已备份并验证  Backed up and checked: [bold]{file}[/]")
    console.print(f"{len(manifest.tables)} 张表 tables, {rows:,} 行 rows, {file.stat().st_size / 1e6:.1f} MB")
    if not with_secret_key:
        console.print(f"密钥不在其中，请另行保管 {home.secret_key_file}  Keep the secret key elsewhere.")


def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="备份文件。Backup file.")],
    switch: Annotated[
        bool, typer.Option("--switch", help="核对无误后改用恢复的数据；先停止学桥。Use it if it agrees.")
    ] = False,
) -> None:
    """恢复到一个新的数据库，逐表核对，原来的数据不动。Restore beside the old data and compare table by table."""
    home = Home.chosen()
    use_home(home)
    now = clock.now()
    try:
        if switch:
            with launch.lock(home) as is_stopped:
                if not is_stopped:
                    _refuse("请先运行 xueqiao stop，再加 --switch。  Stop the site first.")
        with reachable_database(home) as url:
            report = restore_backup(home, url, file, now=now)
            _show(report)
            if not report.agrees:
                _refuse(f"恢复的数据与备份不一致，没有启用。  The restored data differ: {report.database}")
            if switch:
                old = switch_to(home, url, report, now=now)
                console.print(f"已改用恢复的数据；原来的数据库改名为 {old}  Switched; the old database is kept.")
                return
    except (BackupFailed, OSError, psycopg.Error) as failure:
        _refuse(f"没有恢复成：{failure}")
    console.print(f"恢复到 Restored into: [bold]{report.database}[/], {report.media}")
    console.print("要改用它：xueqiao stop，然后 xueqiao restore --switch 这个文件。  To use it: stop, then --switch.")
    console.print(f"或者设置 DATABASE_URL={report.url}  Or set DATABASE_URL.")


def _show(report: RestoreReport) -> None:
    table = Table("表 Table", "备份 Promised", "堆扫描 Heap", "索引扫描 Index", "内容 Content")
    for row in report.tables:
        if row.promised or not row.agrees:
            word = "一致 agrees" if row.agrees else "[red]不一致 DIFFERS[/]"
            table.add_row(row.name, f"{row.promised:,}", f"{row.heap:,}", f"{row.index:,}", word)
    console.print(table)


def _refuse(words: str) -> None:
    Console(stderr=True, highlight=False).print(f"[red]{words}[/]")
    sys.exit(2)
