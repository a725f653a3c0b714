"""`xueqiao figures`: recount the indicators."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

figures = typer.Typer(no_args_is_help=True, help="指标：从记录重新计算。（Figures: recount them.）")


@figures.command()
def compute(
    year: Annotated[int | None, typer.Option(min=2000, max=2100, help="Calendar year; this year by default.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list.")] = False,
) -> None:
    """Recount every indicator of a year for all five levels, and say how many units had drifted."""
    from xueqiao.domains.indicators.api import compute_figures, get_definition  # noqa: PLC0415 - after setup
    from xueqiao.foundation import clock  # noqa: PLC0415
    from xueqiao.foundation.audit.api import Actor  # noqa: PLC0415

    now = clock.now()
    recounts = compute_figures(actor=Actor.system("figures_compute"), year=year or clock.local_date(now).year, now=now)
    if as_json:
        typer.echo(json.dumps([asdict(recount) for recount in recounts], ensure_ascii=False))
        return
    table = Table("指标 Indicator", "地区数 Units", "有偏差 Drifted", title="重新计算 Recount")
    for recount in recounts:
        table.add_row(get_definition(recount.indicator).title, f"{recount.figures:,}", f"{recount.drifted:,}")
    Console().print(table)
