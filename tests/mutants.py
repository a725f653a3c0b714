"""Planted bugs, and how many of them the tests caught: told by the tests, printed once at the end of the run.

    def test_planted_bugs_are_caught(mutants):
        mutants.tell("seats", "a withdrawal keeps the seat", caught=True)

A mutant that is told as not caught fails its test at the end, whatever the test itself asserts. The tellings travel in
the tests' reports, so that they arrive from xdist's processes too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

PROPERTY = "mutant"


@dataclass
class Mutants:
    """What one test tells of its mutants. area: seats, payments, ledger; name: what the bug does, unique there."""

    told: list[tuple[str, str, str, bool]] = field(default_factory=list)

    def tell(self, area: str, name: str, *, caught: bool) -> None:
        """Say that a planted bug was caught, or was not."""
        self.told.append((PROPERTY, area, name, caught))

    @property
    def missed(self) -> list[str]:
        return [f"{area}: {name}" for _, area, name, caught in self.told if not caught]


def summary(reports: Iterable[Any]) -> list[str]:
    """The lines for the end of the run; empty when no test told of mutants."""
    verdicts: dict[tuple[str, str], bool] = {}
    for report in reports:
        if getattr(report, "when", "") != "teardown":
            continue
        for said in report.user_properties:
            if said[0] == PROPERTY:
                _, area, name, caught = said
                verdicts[area, name] = verdicts.get((area, name), True) and caught
    if not verdicts:
        return []
    areas = sorted({area for area, _ in verdicts})
    parts = [_count(area, [caught for (each, _), caught in verdicts.items() if each == area]) for area in areas]
    lines = [f"mutants caught {sum(verdicts.values())}/{len(verdicts)}: {', '.join(parts)}"]
    return lines + [f"NOT CAUGHT {area}: {name}" for (area, name), caught in verdicts.items() if not caught]


def _count(area: str, verdicts: list[bool]) -> str:
    return f"{area} {sum(verdicts)}/{len(verdicts)}"
