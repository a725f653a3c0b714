"""`xueqiao journey`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

console = Console(highlight=False)


def register(program: typer.Typer) -> None:
    program.command()(journey)


def journey(
    as_json: Annotated[bool, typer.Option("--json", help="每步一个 JSON 对象。One object per step.")] = False,
) -> None:
    """在用完就扔的地区里走完一位居民的全程，错路也试。Walk one resident's whole way on a throwaway region."""
    from xueqiao.channels.console.journey.seats import seats_given_out  # noqa: PLC0415
    from xueqiao.channels.console.journey.walk import Walk  # noqa: PLC0415
    from xueqiao.channels.console.journey.wrong_turns import WrongTurns  # noqa: PLC0415
    from xueqiao.server.throwaway_region import ThrowawayRegion, as_line  # noqa: PLC0415

    failed = 0
    with ThrowawayRegion() as region:
        walk = Walk(region)
        for part in (
            walk.until_the_first_lesson(),
            WrongTurns(walk).steps(),
            walk.from_the_first_lesson(),
            seats_given_out(walk),
        ):
            for result in part:
                failed += not result.ok
                if as_json:
                    typer.echo(as_line(asdict(result)))
                else:
                    mark = "[green]✓[/]" if result.ok else "[red]✗[/]"
                    console.print(f"{mark} {result.step}  [dim]{result.ms} ms[/]", markup=True)
                    console.print(f"   {result.detail}", markup=False)
        ending = {
            "step": "indicator",
            "ok": failed == 0,
            "ms": 0,
            "detail": {"before": walk.before, "after": walk.after, "evidence": region.address + walk.evidence},
        }
        typer.echo(as_line(ending)) if as_json else console.print(f"{ending['detail']}", markup=False)
        walk.close()
    raise typer.Exit(1 if failed else 0)
