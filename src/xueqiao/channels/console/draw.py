"""`xueqiao draw`: run a published draw again, and check a receipt. Both need the files alone, and no network."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

group = typer.Typer(no_args_is_help=True, help="抽签：重算、核对回执。（Draws: run again, check a receipt.）")


@group.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="The folder that was published, unpacked.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Run a published draw again and name the file that does not fit. Exit 0 when everything agrees, 1 when not."""
    from xueqiao.domains.enrolment.api import check_folder, fingerprint  # noqa: PLC0415 - models exist only after setup

    check = check_folder(folder)
    if as_json:
        typer.echo(json.dumps({"is_sound": check.is_sound, **asdict(check)}, ensure_ascii=False))
        raise typer.Exit(0 if check.is_sound else 1)
    console = Console(highlight=False, emoji=False)
    for name, why in check.wrong:
        console.print(f"不符 WRONG  {name}: {why}", soft_wrap=True, markup=False, style="bold red")
    if check.wrong:
        raise typer.Exit(1)
    console.print("[bold green]全部一致。[/] 名单、种子、结果逐行重算相符。 (Everything agrees.)")
    for label, value in (("报名 entries", check.entries), ("抽中 winners", check.winners)):
        console.print(f"  {label}: {value:,}")
    for label, root in (("名单", check.list_root), ("冻结", check.freeze_hash), ("结果", check.result_hash)):
        console.print(f"  {label}指纹: {fingerprint(bytes.fromhex(root))}  {root}", soft_wrap=True)
    if check.is_without_secret:
        console.print("  注意：平台的封存数没有用上，原因见 draw.json。 (The secret was withheld.)")


@group.command()
def receipt(
    file: Annotated[Path, typer.Argument(help="The receipt file of one entry.")],
    folder: Annotated[Path, typer.Option("--folder", help="The published folder; freeze.json in it is enough.")],
) -> None:
    """Check that a receipt proves its line of the frozen list. Exit 0 when it does, 1 when not."""
    from xueqiao.domains.enrolment.api import what_is_wrong  # noqa: PLC0415

    console = Console(highlight=False, emoji=False)
    try:
        doubts = what_is_wrong(file.read_bytes(), folder)
    except OSError:
        doubts = ["the receipt file cannot be opened"]
    for doubt in doubts:
        console.print(f"不符 WRONG  {doubt}", soft_wrap=True, markup=False, style="bold red")
    if not doubts:
        console.print("[bold green]回执有效。[/] 这份报名就在封好的名单里。 (The receipt proves its line.)")
    raise typer.Exit(1 if doubts else 0)
