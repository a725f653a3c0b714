"""`xueqiao ledger`: prove the books, seal them, and let another program add them up."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

ledger = typer.Typer(no_args_is_help=True, help="账本：核对、封账、导出。（The ledger: verify, seal, export.）")


@ledger.command()
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    root: Annotated[list[str] | None, typer.Option("--root", help="A root noted outside.")] = None,
    rows_max: Annotated[int, typer.Option("--rows-max", min=1, help="How many wrong rows to name.")] = 1,
) -> None:
    """Recompute every balance and every seal; name the wrong rows. Exit 0 when all agree, 1 when not."""
    from xueqiao.foundation.ledger.api import verify_ledger  # noqa: PLC0415 - models exist only after setup

    verdict = verify_ledger(published_roots=root or [], rows_max=rows_max)
    if as_json:
        first = asdict(verdict.wrong) if verdict.wrong else None
        said = {"is_sound": verdict.is_sound, "wrong": first, **asdict(verdict)}
        typer.echo(json.dumps(said, ensure_ascii=False))
        raise typer.Exit(0 if verdict.is_sound else 1)
    console = Console()
    table = Table("核对内容 Checked", "行数 Rows", title="账本核对 Ledger")
    for label, count in (
        ("单位 units", verdict.units),
        ("账户 accounts", verdict.accounts),
        ("记账 transfers", verdict.transfers),
        ("分录 postings", verdict.postings),
        ("余额 balances", verdict.balances),
        ("封账 seals", verdict.seals),
        ("尚未封账 not yet sealed", verdict.unsealed_transfers),
    ):
        table.add_row(label, f"{count:,}")
    console.print(table)
    if verdict.is_sound:
        console.print("[bold green]账目一致。[/] 每个余额、每个封账都与分录相符。 (All agree.)")
        if verdict.last_root:
            console.print(f"最新封账根 last root: {verdict.last_root}", soft_wrap=True)
        return
    console.print("[bold red]账目不一致。[/] 不符的行如下，请保留现场并通知运维负责人。 (Rows that do not agree:)")
    for wrong in verdict.wrong_rows:
        console.print(f"  表 table:      {wrong.table}", soft_wrap=True, markup=False)
        console.print(f"  编号 id:       {wrong.id}", soft_wrap=True, markup=False)
        console.print(f"  应为 expected: {wrong.expected}", soft_wrap=True, markup=False)
        console.print(f"  实为 found:    {wrong.found}", soft_wrap=True, markup=False)
    raise typer.Exit(1)


@ledger.command()
def seal(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per seal.")] = False) -> None:
    """Seal what was written since the last seal and print the roots, to be noted outside. Exit 1 when refused."""
    from xueqiao.foundation import clock  # noqa: PLC0415
    from xueqiao.foundation.ledger.api import LedgerRefused, seal_new_transfers  # noqa: PLC0415

    console = Console()
    count = 0
    try:
        while sealed := seal_new_transfers(now=clock.now()):
            count += 1
            if as_json:
                typer.echo(json.dumps({**asdict(sealed), "sealed_at": sealed.sealed_at.isoformat()}))
            else:
                console.print(
                    f"第 {sealed.number} 次封账：{sealed.transfer_count:,} 笔记账，{sealed.row_count:,} 行。"
                    f" 根 root: {sealed.root}",
                    soft_wrap=True,
                )
    except LedgerRefused as refusal:
        console.print(f"[bold red]没有封账。[/] {refusal.message}", soft_wrap=True)
        raise typer.Exit(1) from refusal
    if count == 0 and not as_json:
        console.print("没有新的记账需要封账。 (Nothing new to seal.)")


@ledger.command()
def export(
    beancount: Annotated[Path, typer.Option("--beancount", help="The file to write; must not exist yet.")],
) -> None:
    """Write all units, accounts and transfers as a Beancount file, with a balance assertion for every account."""
    from xueqiao.foundation.ledger.api import export_beancount  # noqa: PLC0415

    console = Console()
    try:
        with beancount.open("x", encoding="utf-8") as file:
            written = export_beancount(file)
    except OSError as failure:
        console.print(f"[bold red]没有导出。[/] {beancount}：{failure.strerror}", soft_wrap=True)
        raise typer.Exit(1) from failure
    console.print(
        f"已导出 {written.transfers:,} 笔记账、{written.accounts:,} 个账户、{written.units} 种单位到 {beancount}。"
        f" (Exported.) 核对 check: bean-check {beancount}",
        soft_wrap=True,
    )


@ledger.command()
def check(
    beancount: Annotated[bool, typer.Option("--beancount", help="By beancount's bean-check (the only way).")] = True,
) -> None:
    """Let beancount add up the whole ledger, as every night. Exit 0 when it agrees, 1 when not or when it is absent."""
    from xueqiao.foundation import clock  # noqa: PLC0415
    from xueqiao.foundation.ledger.api import check_by_beancount  # noqa: PLC0415

    console = Console()
    verdict = check_by_beancount(now=clock.now())
    if verdict.verdict == "agrees":
        console.print("[bold green]beancount 复算一致。[/] 每个账户分毫不差。 (beancount agrees.)")
        return
    said = {
        "absent": "没有安装 bean-check，没有复算。请安装：pip install beancount (not installed)",
        "differs": "beancount 复算不一致，请保留现场并通知运维负责人。 (beancount finds a difference.)",
        "broken": "bean-check 没有运行完，没有结论。 (bean-check did not finish.)",
    }[verdict.verdict]
    console.print(f"[bold red]{said}[/]", soft_wrap=True)
    console.print(verdict.words, soft_wrap=True, markup=False)
    raise typer.Exit(1)
