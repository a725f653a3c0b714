"""`xueqiao cert`: check certificate files offline, and show the keys of this region."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress

if TYPE_CHECKING:
    from xueqiao.domains.credits.api import Trust

group = typer.Typer(no_args_is_help=True, help="证书：离线核验，查看签发公钥。（Certificates: verify, keys.）")

_EXIT = {"valid": 0, "invalid": 1, "revoked": 1, "suspended": 1, "unreadable": 2}
_WORDS = {
    "valid": "[bold green]有效[/] valid",
    "invalid": "[bold red]无效[/] invalid",
    "revoked": "[bold red]已撤销[/] revoked",
    "suspended": "[bold red]已暂停[/] suspended",
    "unreadable": "[bold]读不出[/]",
}


@group.command()
def verify(
    file: Annotated[
        Path, typer.Argument(help="A certificate: .json, .pdf, a token, a proof, or the text of the QR code.")
    ],
    key: Annotated[list[str] | None, typer.Option("--key", help="A trusted issuer (did:key:z6Mk...).")] = None,
    key_file: Annotated[
        Path | None, typer.Option("--keys", help="The region's keys.json, or one issuer a line.")
    ] = None,
    status_list: Annotated[list[Path] | None, typer.Option("--list", help="A status list fetched before.")] = None,
    receipt: Annotated[Path | None, typer.Option("--receipt", help="The certificate's time receipt.")] = None,
    audience: Annotated[str, typer.Option(help="Who you are, for a proof bound to its holder.")] = "",
    nonce: Annotated[str, typer.Option(help="What you asked the holder to sign.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check a certificate without network or database. Exit 0 valid; 1 invalid, revoked or suspended; 2 unreadable."""
    from xueqiao.domains.credits.api import BadTrust, FileVerdict, verify_file  # noqa: PLC0415 - needs setup
    from xueqiao.foundation import clock  # noqa: PLC0415

    try:
        verdict = verify_file(
            file.read_bytes(),
            trust=_trust(key or [], key_file, status_list or []),
            receipt=receipt.read_bytes() if receipt else None,
            now=clock.now(),
            audience=audience,
            nonce=nonce,
        )
    except (OSError, UnicodeDecodeError):
        verdict = FileVerdict("unreadable", "文件打不开，请核对路径。")
    except BadTrust as reason:
        verdict = FileVerdict("unreadable", f"{reason}。")
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
    for name, claim in verdict.shown:
        console.print(f"  {name}: {claim}", soft_wrap=True, markup=False)
    for note in verdict.notes:
        console.print(f"  注意: {note}", soft_wrap=True, markup=False)
    raise typer.Exit(_EXIT[verdict.state])


def _trust(dids: list[str], key_file: Path | None, lists: list[Path]) -> Trust | None:
    """What to lean on; None when nothing was given. Raises OSError, UnicodeDecodeError, BadTrust."""
    from xueqiao.domains.credits.api import checked_list, trust_from  # noqa: PLC0415

    if not dids and key_file is None:
        return None
    trust = trust_from(key_file.read_text("utf-8") if key_file else "")
    trust = replace(trust, keys={**dict.fromkeys(dids), **trust.keys})
    return replace(trust, lists=tuple(checked_list(path.read_text("utf-8"), trust) for path in lists))


@group.command()
def keys() -> None:
    """Print the issuer keys of this region, one a line, for `cert verify --keys FILE` elsewhere."""
    from xueqiao.domains.credits.api import trusted_keys  # noqa: PLC0415

    for did in trusted_keys():
        typer.echo(did)


@group.command()
def order(
    institution: Annotated[str, typer.Argument(help="The centre's code.")],
    wait: Annotated[
        bool, typer.Option(help="Issue here and show how far it is, instead of leaving it to a worker.")
    ] = True,
) -> None:
    """Issue the certificates of everybody who completed a class of a centre and has none yet."""
    from xueqiao.domains.credits.api import issue_ordered_certificates, order_certificates  # noqa: PLC0415
    from xueqiao.domains.institutions.api import get_institution  # noqa: PLC0415
    from xueqiao.foundation import clock  # noqa: PLC0415
    from xueqiao.foundation.audit.values import Actor  # noqa: PLC0415

    centre = get_institution(institution)
    actor = Actor.system("xueqiao cert order")
    batch = order_certificates(actor=actor, institution_id=centre.id, now=clock.now())
    if not wait:
        typer.echo(f"{batch.uuid}  {batch.total}")
        return
    with Progress() as progress:
        bar = progress.add_task(f"{batch.institution_name}", total=batch.total)
        while batch.done_at is None:
            batch = issue_ordered_certificates(batch_id=batch.id, now=clock.now())
            progress.update(bar, completed=batch.issued + batch.failed)
    typer.echo(f"已出具 issued {batch.issued}，没有办成 failed {batch.failed} {batch.first_failure}")
    raise typer.Exit(1 if batch.failed else 0)
