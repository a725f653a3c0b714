"""`xueqiao classes`: a list of classes from an Excel file, looked at and opened."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

classes = typer.Typer(no_args_is_help=True, help="班：用表格开一批班。（Classes: open many from an Excel file.）")
_CENTRE = Annotated[str, typer.Option("--centre", help="Code of the institution, such as TC320924100.")]
_FILE = Annotated[Path, typer.Argument(help="The filled-in list, .xlsx.")]


@classes.command()
def template(
    centre: _CENTRE, file: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("开班表.xlsx")
) -> None:
    """Write an empty list with the centre's rooms, teachers and courses to choose from."""
    from xueqiao.channels.sheets import class_list  # noqa: PLC0415 - models exist only after setup
    from xueqiao.domains.classes import api  # noqa: PLC0415

    actor, institution_id, now = _who(centre)
    file.write_bytes(class_list.template(api.access_sheet_choices(actor, institution_id, now=now)))
    typer.echo(str(file))


@classes.command()
def check(
    file: _FILE,
    centre: _CENTRE,
    answers: Annotated[Path | None, typer.Option("--answers", help="Write the list with its errors here.")] = None,
) -> None:
    """Look at a list and open nothing. Exit 0 when every line can be opened, 1 when not."""
    from xueqiao.channels.sheets import class_list  # noqa: PLC0415
    from xueqiao.domains.classes import api  # noqa: PLC0415

    actor, institution_id, now = _who(centre)
    checked = api.access_checked_lines(actor, institution_id, class_list.read_list(_read(file)), now=now)
    console = Console(highlight=False, emoji=False)
    wrong = [line for line in checked if not line.is_fine]
    for line in wrong:
        console.print(f"{line.line.number}: {line.title}", markup=False, style="bold")
        for problem in line.problems:
            console.print(f"    {problem.refusal.message}", markup=False, soft_wrap=True)
    if answers is not None:
        answers.write_bytes(class_list.answered(checked, api.access_sheet_choices(actor, institution_id, now=now)))
    console.print(f"{len(checked) - len(wrong)} 行可以开，{len(wrong)} 行要改  ({len(wrong)} lines to mend)")
    raise typer.Exit(1 if wrong else 0)


@classes.command(name="open")
def open_list(file: _FILE, centre: _CENTRE) -> None:
    """Make a draft of every line; all of them or none. Staff of the centre publish the drafts."""
    from xueqiao.channels.sheets import class_list  # noqa: PLC0415
    from xueqiao.domains.classes import api  # noqa: PLC0415

    actor, institution_id, now = _who(centre)
    lines = class_list.read_list(_read(file))
    for line in api.open_class_list(actor=actor, institution_id=institution_id, lines=lines, now=now):
        typer.echo(f"{line.code}  {line.title}")


def _who(centre: str):  # type: ignore[no-untyped-def]
    """The operator at the machine, the institution, the time."""
    from xueqiao.domains.institutions.api import get_institution  # noqa: PLC0415
    from xueqiao.foundation import clock  # noqa: PLC0415
    from xueqiao.foundation.audit.api import Actor  # noqa: PLC0415

    return Actor.system("console"), get_institution(centre).id, clock.now()


def _read(file: Path) -> bytes:
    """The file, but not more of it than is looked at."""
    from xueqiao.channels.sheets.reading import BYTES_MAX  # noqa: PLC0415

    with file.open("rb") as opened:
        return opened.read(BYTES_MAX + 1)
