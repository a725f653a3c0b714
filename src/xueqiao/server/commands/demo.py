"""`xueqiao demo`: load a demo region, print fresh links for its people."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import django
import typer
from rich.console import Console

from xueqiao.foundation import clock
from xueqiao.foundation.reasons import Refused
from xueqiao.server.backups import reachable_database
from xueqiao.server.console import use_home
from xueqiao.server.home import Home
from xueqiao.server.supervisor import read_record

console = Console(highlight=False)
demo = typer.Typer(no_args_is_help=True, help="演示数据。Demo data.")


class Size(StrEnum):
    """lively: to look around in, under a minute. province: 30,000 classes, 2,000,000 people, to measure with."""

    LIVELY = "lively"
    PROVINCE = "province"


@demo.command()
def load(size: Annotated[Size, typer.Option(help="规模。Size.")] = Size.LIVELY) -> None:
    """装入演示数据；正式数据里不装。Load demo data; refused in a real region."""
    home = Home.chosen()
    use_home(home)
    region = home.region()
    if region is not None and not region.is_demo:
        _refuse(f"{home.folder} 里是正式数据，不装演示数据。  This is a real region.")
    with reachable_database(home):
        django.setup()
        from xueqiao.server.demo import load as loader  # noqa: PLC0415 - models exist only after setup
        from xueqiao.server.launch import prepare_schema  # noqa: PLC0415

        prepare_schema()
        try:
            result = (loader.load_lively if size is Size.LIVELY else loader.load_province)(
                now=clock.now(), report=lambda name, rows, seconds: console.print(f"{name}: {rows:,} ({seconds:.1f} s)")
            )
        except Refused as refusal:
            _refuse(refusal.message)
        from xueqiao.domains.credits.api import count_bank_figures  # noqa: PLC0415
        from xueqiao.domains.indicators.api import compute_figures  # noqa: PLC0415
        from xueqiao.foundation.audit.api import Actor  # noqa: PLC0415

        compute_figures(actor=Actor.system("demo"), year=clock.local_date(clock.now()).year, now=clock.now())
        count_bank_figures(now=clock.now())
    speed = result.rows / max(result.seconds, 0.001)
    console.print(f"共 {result.rows:,} 行  rows in all, {result.seconds:.0f} s, {speed:,.0f}/s")


@demo.command()
def links() -> None:
    """打印演示人物的一次性链接。Print fresh one-time links for the demo people."""
    home = Home.chosen()
    use_home(home)
    with reachable_database(home):
        django.setup()
        from xueqiao.server.greeting import demo_links  # noqa: PLC0415

        running = read_record(home.running_file)
        try:
            console.print(demo_links(running.address if running else "http://127.0.0.1:8000"), soft_wrap=True)
        except Refused as refusal:
            _refuse(refusal.message)


@demo.command()
def reset(
    yes: Annotated[bool, typer.Option("--yes", help="不再询问。Do not ask.")] = False,
) -> None:
    """清空演示数据，表结构重建；正式环境拒绝。Empty the demo region; refused in a real one. Stop the site first."""
    home = Home.chosen()
    use_home(home)
    region = home.region()
    if region is not None and not region.is_demo:
        _refuse(f"{home.folder} 里是正式数据，没有删除任何内容。  This is a real region; nothing was deleted.")
    if not yes and not typer.confirm("演示数据会全部删除，继续吗？  All demo data will be deleted. Go on?"):
        _refuse("没有删除任何内容。  Nothing was deleted.")
    with reachable_database(home):
        django.setup()
        from xueqiao.server.demo.reset import reset as empty  # noqa: PLC0415 - models exist only after setup

        try:
            empty()
        except Refused as refusal:
            _refuse(refusal.message)
    console.print("演示数据已清空。重新装入：xueqiao demo load  Emptied.")


def _refuse(words: str) -> None:
    Console(stderr=True, highlight=False).print(f"[red]{words}[/]")
    sys.exit(2)
