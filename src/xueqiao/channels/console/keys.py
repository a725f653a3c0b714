"""`xueqiao keys`: the keys that sign certificates, and the log that proves when they were used."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

keys = typer.Typer(no_args_is_help=True, help="签发密钥：查看、更换、登记失窃、核对时间日志。（Signing keys.）")

_STATES = {"active": "在用 active", "retired": "已停用 retired", "stolen": "[bold red]失窃 stolen[/]"}


@keys.command("list")
def list_keys() -> None:
    """Print every signing key: number, state, dates, how many certificates it signed."""
    from xueqiao.domains.credits.api import signing_keys  # noqa: PLC0415 - models exist only after setup
    from xueqiao.foundation.clock import local  # noqa: PLC0415

    table = Table(
        "No.", "状态 State", "算法", "启用 Since", "到期 Until", "失窃 Stolen since", "证书 Certificates", "did"
    )
    for key in signing_keys():
        table.add_row(
            str(key.id),
            _STATES[key.state],
            key.algorithm,
            f"{local(key.made_at):%Y-%m-%d}",
            f"{local(key.valid_until):%Y-%m-%d}",
            f"{local(key.stolen_at):%Y-%m-%d %H:%M}" if key.stolen_at else "",
            f"{key.certificate_count:,}",
            key.did,
        )
    Console().print(table)


@keys.command()
def new(
    algorithm: Annotated[str, typer.Option(help="ed25519, or sm2 with the extra xueqiao[guomi].")] = "ed25519",
) -> None:
    """Retire the key in use and sign with a new one from now on. Old certificates stay valid."""
    from xueqiao.domains.credits.api import rotate_signing_key  # noqa: PLC0415
    from xueqiao.foundation import clock  # noqa: PLC0415
    from xueqiao.foundation.audit.values import Actor  # noqa: PLC0415

    if algorithm not in {"ed25519", "sm2"}:
        raise typer.BadParameter("ed25519 or sm2")
    key = rotate_signing_key(actor=Actor.system("xueqiao keys new"), algorithm=algorithm, now=clock.now())
    typer.echo(f"{key.id}  {key.did}")


@keys.command()
def stolen(
    number: Annotated[int, typer.Argument(help="The key's number in `xueqiao keys list`.")],
    since: Annotated[str, typer.Option(help="Since when, with zone: 2026-11-24T09:30+08:00.")],
) -> None:
    """Say since when a key is in other hands. What is not proven to be older than that is no longer valid."""
    from xueqiao.domains.credits.api import report_stolen_key  # noqa: PLC0415
    from xueqiao.foundation import clock  # noqa: PLC0415
    from xueqiao.foundation.audit.values import Actor  # noqa: PLC0415

    try:
        moment = datetime.fromisoformat(since)
    except ValueError as reason:
        raise typer.BadParameter("2026-11-24T09:30+08:00") from reason
    if moment.tzinfo is None:
        raise typer.BadParameter("the zone is missing: 2026-11-24T09:30+08:00")
    actor = Actor.system("xueqiao keys stolen")
    key = report_stolen_key(actor=actor, key_id=number, stolen_at=moment, now=clock.now())
    typer.echo(f"{key.id}  {key.did}  {moment.isoformat()}")


@keys.command()
def heads(count: Annotated[int, typer.Option(help="How many, newest first.")] = 20) -> None:
    """Print the published heads of the time log, to be noted outside."""
    from xueqiao.domains.credits.api import time_heads  # noqa: PLC0415

    for head in time_heads(count):
        typer.echo(f"{head.number}\t{head.sealed_at.isoformat()}\t{head.count}\t{head.head}")


@keys.command()
def verify(
    head: Annotated[list[str] | None, typer.Option("--head", help="A head noted outside.")] = None,
) -> None:
    """Recompute the time log and name what is wrong first. Exit 0 when all agrees, 1 when not."""
    from xueqiao.domains.credits.api import verify_time_log  # noqa: PLC0415

    verdict = verify_time_log(known_heads=tuple(head or ()))
    console = Console(highlight=False)
    console.print(
        f"封存 heads {verdict.heads:,}，证书 certificates {verdict.certificates:,}，待封存 waiting {verdict.unsealed:,}"
    )
    if verdict.wrong:
        console.print(f"[bold red]不一致 wrong:[/] {verdict.wrong}", soft_wrap=True)
        raise typer.Exit(1)
    console.print("[bold green]一致[/] all agrees")


@keys.command()
def seal() -> None:
    """Enter new certificates in the time log now, instead of within a minute."""
    from xueqiao.domains.credits.api import seal_certificates  # noqa: PLC0415
    from xueqiao.foundation import clock  # noqa: PLC0415

    made = seal_certificates(now=clock.now())
    typer.echo("没有新证书 nothing new" if made is None else f"{made.number}\t{made.count}\t{made.head}")
