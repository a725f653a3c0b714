"""`xueqiao ledger`: prove the books, and seal them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

ledger = typer.Typer(no_args_is_help=True, help="账本：核对与封账。（The ledger: verify and seal.）")


@ledger.command()
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    root: Annotated[list[str] | None, typer.Option("--root", help="A root noted outside.")] = None,
) -> None:
    """Recompute every balance and every seal; name the first wrong row. Exit 0 when all agree, 1 when not."""
    from xueqiao.foundation.ledger.api import verify_ledger  # noqa: PLC0415 - models exist only after setup

    verdict = verify_ledger(published_roots=root or [])
    if as_json:
        typer.echo(json.dumps({"is_sound": verdict.is_sound, **asdict(verdict)}, ensure_ascii=False))
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
    if verdict.wrong is None:
        console.print("[bold green]账目一致。[/] 每个余额、每个封账都与分录相符。 (All agree.)")
        if verdict.last_root:
            console.print(f"最新封账根 last root: {verdict.last_root}", soft_wrap=True)
        return
    console.print("[bold red]账目不一致。[/] 第一处不符的行如下，请保留现场并通知运维负责人。 (The first wrong row:)")
    console.print(f"  表 table:      {verdict.wrong.table}", soft_wrap=True, markup=False)
    console.print(f"  编号 id:       {verdict.wrong.id}", soft_wrap=True, markup=False)
    console.print(f"  应为 expected: {verdict.wrong.expected}", soft_wrap=True, markup=False)
    console.print(f"  实为 found:    {verdict.wrong.found}", soft_wrap=True, markup=False)
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
