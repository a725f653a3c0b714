"""`xueqiao doctor` and `xueqiao events`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated

import django
import typer
from rich.console import Console
from rich.table import Table

from xueqiao.foundation import clock
from xueqiao.server.console import use_home
from xueqiao.server.home import Home

console = Console(highlight=False)
events = typer.Typer(no_args_is_help=True, help="没有送到的事件。Events that could not be delivered.")
WORDS = {"ok": "[green]正常 ok[/]", "warn": "[yellow]留意 warn[/]", "fail": "[red]不行 FAIL[/]"}


def register(program: typer.Typer) -> None:
    program.command()(doctor)
    program.add_typer(events, name="events")


def doctor(as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。Print JSON.")] = False) -> None:
    """体检：每项一行，说明情况和怎么办。退出码 0 正常、1 留意、2 不行。Check-up; exit 0 ok, 1 warn, 2 fail."""
    home = Home.chosen()
    use_home(home)
    django.setup()
    from xueqiao.server.doctor import examine, exit_code  # noqa: PLC0415 - models exist only after setup

    findings = list(examine(home))
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1))
    else:
        table = Table("情况 State", "项目 Check", "说明 Meaning", "怎么办 Fix")
        for finding in findings:
            table.add_row(WORDS[finding.state], finding.check, f"{finding.zh}\n[dim]{finding.en}[/]", finding.fix)
        console.print(table)
    sys.exit(exit_code(findings))


@events.command()
def dead() -> None:
    """列出十次都没有送到的事件。List events given up after ten tries."""
    use_home(Home.chosen())
    django.setup()
    from xueqiao.foundation.outbox.api import dead_deliveries  # noqa: PLC0415

    table = Table("编号 Id", "事件 Event", "收件人 Subscriber", "发生 Happened", "原因 Failure")
    for row in dead_deliveries():
        moment = f"{clock.local(row.happened_at):%Y-%m-%d %H:%M}"
        table.add_row(str(row.delivery_id), row.event_name, row.subscriber, moment, row.last_error)
    console.print(table)


@events.command()
def retry() -> None:
    """再送十次。Give them ten new tries."""
    use_home(Home.chosen())
    django.setup()
    from xueqiao.foundation.outbox.api import retry_dead  # noqa: PLC0415

    console.print(f"{retry_dead(now=clock.now())} 条重新排队  queued again")
