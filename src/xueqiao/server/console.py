"""`xueqiao`: finds the platform's folder, gathers the commands, and says failures in plain words."""

from __future__ import annotations

import os
import sys

import typer

from xueqiao.server import environment
from xueqiao.server.embedded_database import DatabaseFailed, EmbeddedDatabase
from xueqiao.server.home import Home, HomeUnreachable

FAILED = 2


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 done with warnings (doctor), 2 not done."""
    from rich.console import Console  # noqa: PLC0415

    complain = Console(stderr=True, highlight=False).print
    try:
        gather_commands(sys.argv[1:])()
    except (HomeUnreachable, DatabaseFailed, PermissionError) as failure:
        complain(f"[red]{failure}[/]")
    except Exception as failure:
        said = plain_words(failure)
        if said is None:
            raise
        complain(f"[red]{said}[/]")
    else:
        return
    sys.exit(FAILED)


def gather_commands(arguments: list[str]) -> typer.Typer:
    """Return the program with its commands.

    The server's own commands prepare Django themselves: `up` must make the folder, the key and the database first. Only
    when none of them is meant are the channels' groups imported, which need Django ready.
    """
    from xueqiao.channels.console.program import add_commands_of, command_names, program  # noqa: PLC0415

    add_commands_of("xueqiao.server.commands")
    if not arguments or arguments[0] not in command_names():
        use_home(Home.chosen())
        import django  # noqa: PLC0415

        django.setup()
        add_commands_of("xueqiao.channels.console")
    return program


def use_home(home: Home) -> None:
    """Fill in what the environment leaves open from the platform's folder. Creates nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xueqiao.server.settings")
    if not environment.DATABASE_URL.read():
        os.environ[environment.DATABASE_URL.name] = EmbeddedDatabase(home.database).uri()
    try:
        if not environment.SECRET_KEY.read() and home.secret_key_file.exists():
            os.environ[environment.SECRET_KEY.name] = home.secret_key()
        region = home.region()
    except PermissionError:
        return  # another user's folder: whatever needs it will say so
    if region is not None:
        os.environ.setdefault(environment.DEMO.name, "1" if region.is_demo else "0")
        os.environ.setdefault(environment.CLOCK_OFFSET.name, str(int(region.clock_offset.total_seconds())))


def plain_words(failure: Exception) -> str | None:
    """Return what to tell the operator about an expected failure, None for a defect that deserves its traceback."""
    from django.db.utils import OperationalError  # noqa: PLC0415

    from xueqiao.foundation.reasons import Refused  # noqa: PLC0415

    if isinstance(failure, OperationalError):
        return (
            "连不上数据库。请先运行 xueqiao up，或检查 DATABASE_URL。\n"
            "The database does not answer. Run xueqiao up first, or check DATABASE_URL."
        )
    return failure.message if isinstance(failure, Refused) else None
