"""`xueqiao web` and `xueqiao worker`: the processes that `up` supervises, for those who supervise them themselves."""

from __future__ import annotations

import sys
from typing import Annotated

import django
import typer
from rich.console import Console

from xueqiao.server.console import use_home
from xueqiao.server.home import Home


def register(program: typer.Typer) -> None:
    program.command()(web)
    program.command()(worker)


def web(
    host: Annotated[str, typer.Option(help="监听地址。Address.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口。Port.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="进程数。Processes.")] = 1,
) -> None:
    """只运行网站（前面放您自己的负载均衡）。Serve the site only."""
    use_home(Home.chosen())
    # No django.setup() here: this process only watches over granian's, which load the site themselves.
    from xueqiao.server.processes import Unready, serve_web  # noqa: PLC0415

    try:
        serve_web(host=host, port=port, workers=workers)
    except Unready as reason:
        _refuse(reason)


def worker() -> None:
    """只运行后台任务。Run jobs only."""
    use_home(Home.chosen())
    django.setup()
    from xueqiao.server.processes import Unready, run_worker  # noqa: PLC0415

    try:
        run_worker()
    except Unready as reason:
        _refuse(reason)


def _refuse(reason: Exception) -> None:
    Console(stderr=True).print(f"[red]{reason}[/]", highlight=False)
    sys.exit(2)
