"""`xueqiao`: the operator's command. This module only gathers; each group lives in a module of its own."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import typer

program = typer.Typer(
    name="xueqiao",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # local variables may hold people's data
    help="学桥：一个地区的终身教育平台。  Xueqiao: software that runs a region's lifelong education.",
)


def add_commands_of(package: str) -> None:
    """Add the commands of every module in `package`.

    A module offers `register(program)`, which adds commands at the top level, or a Typer named like the module (or
    `group`), which becomes `xueqiao MODULE ...`. A folder of the package does the same in its __init__.
    """
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(package)
    for entry in sorted(Path(spec.submodule_search_locations[0]).iterdir()):
        name = entry.stem
        if name.startswith("_") or name == "program" or not (entry.suffix == ".py" or (entry / "__init__.py").exists()):
            continue
        module = import_module(f"{package}.{name}")
        if hasattr(module, "register"):
            module.register(program)
        group = getattr(module, name, None) or getattr(module, "group", None)
        if isinstance(group, typer.Typer):
            program.add_typer(group, name=name)


def command_names() -> set[str]:
    """Return the names of the commands and groups added so far."""
    commands = {c.name or getattr(c.callback, "__name__", "") for c in program.registered_commands}
    return commands | {g.name for g in program.registered_groups if g.name}
