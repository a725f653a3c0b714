"""python -m bench [NAME...]: run the benches whose name or module begins with NAME (all without one).

Prints a table and writes bench/results/latest.json. Exit 1 when an aim is missed, 2 when nothing is called NAME.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

FOLDER = Path(__file__).resolve().parent
NOT_BENCHES = {"harness", "plain_django", "province", "stampede", "__main__"}


def main(names: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xueqiao.server.settings")
    sys.path.insert(0, str(FOLDER.parent / "src"))
    from bench import harness

    console = Console()
    with harness.throwaway_database():
        for module in sorted(m.name for m in pkgutil.iter_modules([str(FOLDER)]) if m.name not in NOT_BENCHES):
            importlib.import_module(f"bench.{module}")
        chosen = [b for b in harness.benches.values() if not names or any(b.name.startswith(n) for n in names)]
        if not chosen:
            console.print(f"no bench is called {' '.join(names)}; there are: {', '.join(sorted(harness.benches))}")
            return 2
        results = []
        for one in chosen:
            console.print(f"[dim]{one.name} ...[/]")
            results.extend(one.run())
    table = Table("figure", "unit", "limit", "ratio", "rounds", "aim", "met")
    for r in results:
        cells = (r.figure, r.unit, r.limit, r.ratio, r.rounds, r.aim)
        shown = ["" if c is None else f"{c:,}" if isinstance(c, (int, float)) else c for c in cells]
        table.add_row(f"[bold]{r.name}[/]", end_section=False)
        table.add_row(*shown, {True: "[green]yes[/]", False: "[red]NO[/]", None: ""}[r.met])
    console.print(table)
    target = FOLDER / "results" / "latest.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps([r.as_dict() for r in results], ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if any(r.met is False for r in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
