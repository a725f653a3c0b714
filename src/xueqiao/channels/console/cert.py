"""`xueqiao cert`: check certificate files offline, and show the keys of this region."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

group = typer.Typer(no_args_is_help=True, help="证书：离线核验，查看签发公钥。（Certificates: verify, keys.）")

_EXIT = {"valid": 0, "invalid": 1, "unreadable": 2}
_WORDS = {"valid": "[bold green]有效[/] valid", "invalid": "[bold red]无效[/] invalid", "unreadable": "[bold]读不出[/]"}


@group.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A certificate: .json or .pdf")],
    key: Annotated[list[str] | None, typer.Option("--key", help="A trusted issuer (did:key:z6Mk...).")] = None,
    key_file: Annotated[Path | None, typer.Option("--keys", help="A file of trusted issuers, one a line.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check the signature of a certificate file, without network or database. Exit 0 valid, 1 invalid, 2 unreadable."""
    from xueqiao.domains.credits.api import FileVerdict, verify_file  # noqa: PLC0415 - models exist only after setup

    trusted = set(key or [])
    try:
        if key_file is not None:
            trusted |= {line.strip() for line in key_file.read_text("utf-8").splitlines() if line.strip()}
        content = file.read_bytes()
    except (OSError, UnicodeDecodeError):
        verdict = FileVerdict("unreadable", "文件打不开，请核对路径。")
    else:
        verdict = verify_file(content, trusted_keys=trusted if key or key_file else None)
    if as_json:
        typer.echo(json.dumps(asdict(verdict), ensure_ascii=False, default=str))
        raise typer.Exit(_EXIT[verdict.state])
    console = Console(highlight=False, emoji=False)
    console.print(f"{_WORDS[verdict.state]}：{verdict.why}", soft_wrap=True)
    trust = {None: "没有核对 not checked", True: "在可信名单里 trusted", False: "不在可信名单里 NOT trusted"}
    for label, value in (
        ("姓名 name", verdict.masked_name),
        ("课程 title", verdict.title),
        ("办学单位 institution", verdict.institution_name),
        ("签发日期 date", verdict.issued_on),
        ("编号 code", verdict.code),
        ("签发密钥 issuer key", verdict.issuer_key),
        ("密钥可信 trust", trust[verdict.is_issuer_trusted] if verdict.issuer_key else ""),
    ):
        if value:
            console.print(f"  {label}: {value}", soft_wrap=True, markup=False)
    for note in verdict.notes:
        console.print(f"  注意: {note}", soft_wrap=True, markup=False)
    raise typer.Exit(_EXIT[verdict.state])


@group.command()
def keys() -> None:
    """Print the issuer keys of this region, one a line, for `cert verify --keys FILE` elsewhere."""
    from xueqiao.domains.credits.api import trusted_keys  # noqa: PLC0415

    for did in trusted_keys():
        typer.echo(did)
