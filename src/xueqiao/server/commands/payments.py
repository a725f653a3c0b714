"""`xueqiao payments`: keys of payment companies, and faults of the rehearsal."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import django
import typer

from xueqiao.foundation import clock
from xueqiao.server.console import use_home
from xueqiao.server.home import Home

payments = typer.Typer(no_args_is_help=True, help="收款：密钥与演练。（Keys of payment companies, the rehearsal.）")
Minutes = Annotated[int, typer.Option(min=0, max=1440, help="0 brings it back.")]


def register(program: typer.Typer) -> None:
    program.add_typer(payments, name="payments")


@payments.command("seal-keys")
def seal_keys(name: Annotated[str, typer.Argument(help="wechat or alipay")]) -> None:
    """Seal a company's secret key files with this server's secret, and remove the plain ones."""
    _prepare()
    from xueqiao.server.payment_gateways import SECRET_FILES, keys_folder  # noqa: PLC0415
    from xueqiao.server.payment_gateways import seal_keys as seal  # noqa: PLC0415

    if name not in SECRET_FILES:
        typer.echo("没有这家公司：wechat 或 alipay。(wechat or alipay)", err=True)
        raise typer.Exit(2)
    done = seal(name)
    typer.echo(f"{keys_folder(name)}: {', '.join(done) or '没有要封的文件 (nothing to seal)'}")


@payments.command("refresh-keys")
def refresh_keys() -> None:
    """Fetch new public keys of the companies that change theirs. Exit 1 when one could not be reached."""
    _prepare()
    from xueqiao.domains.payments.ports import ChangesKeys, GatewayUnreachable, payment_gateways  # noqa: PLC0415

    failed = False
    for gateway in payment_gateways.use().values():
        if isinstance(gateway, ChangesKeys):
            try:
                typer.echo(f"{gateway.name}: {gateway.refresh_keys(now=clock.now())} 个新证书 (new certificates)")
            except GatewayUnreachable as failure:
                typer.echo(f"{gateway.name}: {failure}", err=True)
                failed = True
    raise typer.Exit(int(failed))


@payments.command("rehearse-down")
def rehearse_down(minutes: Minutes = 5) -> None:
    """Let the rehearsal gateway play dead: it answers nothing for so many minutes."""
    _prepare()
    from xueqiao.gateways.payments.rehearsal_book import go_down  # noqa: PLC0415

    go_down(until=clock.now() + timedelta(minutes=minutes))
    typer.echo(f"演练网关断开 {minutes} 分钟。(The rehearsal answers nothing for {minutes} minutes.)")


def _prepare() -> None:
    use_home(Home.chosen())
    django.setup()
