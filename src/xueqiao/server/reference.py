"""Writes docs/reference from the program itself, so that it never goes stale: `python -m xueqiao.server.reference`.

Tests compare the pages with what this module would write.
"""

from __future__ import annotations

import dataclasses
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import django
import typer.main

PACKAGE = Path(__file__).resolve().parents[1]
FOLDER = PACKAGE.parents[1] / "docs" / "reference"
NAMES_A_REASON = re.compile(r"^class \w+\((?:Refused|NotAllowed|NotFound|InvalidInput)\):", re.MULTILINE)
MADE = "<!-- Written by `python -m xueqiao.server.reference`; do not edit. -->\n"


def pages() -> dict[str, str]:
    """Return the reference pages by file name. Needs Django ready."""
    return {
        "settings.md": settings_page(),
        "events.md": events_page(),
        "reasons.md": reasons_page(),
        "commands.md": commands_page(),
        "jobs.md": jobs_page(),
    }


def settings_page() -> str:
    from xueqiao.server.environment import known_variables  # noqa: PLC0415

    rows = [f"| `{v.name}` | {_cell(v.default) or '(empty)'} | {_cell(v.meaning)} |" for v in known_variables()]
    return _page("Settings", "All come from the environment.", "| Name | Default | Meaning |\n|---|---|---|", rows)


def events_page() -> str:
    from xueqiao.foundation.outbox.api import known_events  # noqa: PLC0415

    rows = []
    for name, event in known_events().items():
        if not event.__module__.startswith("xueqiao."):
            continue  # tests declare events of their own
        fields = ", ".join(f"`{field.name}`" for field in dataclasses.fields(event))
        rows.append(f"| `{name}` | {_cell(_first_line(event.__doc__))} | {fields} |")
    return _page("Events", "Facts that domains report upwards.", "| Event | Meaning | Fields |\n|---|---|---|", rows)


def reasons_page() -> str:
    from xueqiao.foundation.reasons import Refused  # noqa: PLC0415

    found, open_ends = [], [Refused]
    while open_ends:
        reason = open_ends.pop()
        open_ends += reason.__subclasses__()
        if reason.__module__.startswith("xueqiao."):
            found.append(reason)
    rows = [
        f"| `{r.code}` | {r.status} | {r.__module__.split('.')[2]} | {_cell((r.__doc__ or '').strip())} |"
        for r in sorted(found, key=lambda r: (r.code, r.__module__))
    ]
    return _page(
        "Reasons to refuse",
        "The code is stable; the message is for people.",
        "| Code | HTTP | Where | Message |\n|---|---|---|---|",
        rows,
    )


def commands_page() -> str:
    from xueqiao.channels.console.program import program  # noqa: PLC0415

    rows: list[str] = []
    _walk(typer.main.get_command(program), "xueqiao", rows)
    return _page("Commands", "`xueqiao COMMAND --help` says more.", "| Command | What it does |\n|---|---|", rows)


def jobs_page() -> str:
    from xueqiao.foundation.outbox.api import known_jobs  # noqa: PLC0415

    rows = [
        f"| `{job.name}` | {f'`{job.every}`' if job.every else 'when asked'} | {_cell(_first_line(job.what))} |"
        for job in known_jobs().values()
    ]
    return _page(
        "Jobs", "What the worker does; schedules are cron in UTC.", "| Job | When | What |\n|---|---|---|", rows
    )


def prepare() -> None:
    """Load everything the pages are about."""
    django.setup()
    from xueqiao.channels.console.program import add_commands_of, program  # noqa: PLC0415

    # Every file that names a reason, whatever this process happened to import before: the pages must not depend on it.
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.name == "errors.py" or NAMES_A_REASON.search(path.read_text()):
            import_module(".".join(("xueqiao", *path.relative_to(PACKAGE).with_suffix("").parts)))
    if not program.registered_commands:
        add_commands_of("xueqiao.server.commands")
        add_commands_of("xueqiao.channels.console")


def main() -> None:
    prepare()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text)


def _walk(command: Any, path: str, rows: list[str]) -> None:
    inner = getattr(command, "commands", None)
    if inner:
        for name in sorted(inner):
            _walk(inner[name], f"{path} {name}", rows)
    else:
        rows.append(f"| `{path}` | {_cell(_first_line(command.help))} |")


def _page(title: str, opening: str, heading: str, rows: list[str]) -> str:
    return f"{MADE}# {title}\n\n{opening}\n\n{heading}\n" + "\n".join(rows) + "\n"


def _first_line(text: str | None) -> str:
    return (text or "").strip().split("\n\n")[0].replace("\n", " ")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    main()
