"""Reads vectors.toml: outcomes as a programme officer writes them, in the units the rules count in."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from xueqiao.domains.credits.rules.rulefile import plain
from xueqiao.domains.credits.values.rulesets import FIELDS, OutcomeFacts

FILE = Path(__file__).with_name("vectors.toml")
COMMUNITY = {"community_course", "elderly_course", "training_certificate"}
OWN = {"type", "title", "issuer", "ends_on", "valid_until", "times"}


@dataclass(frozen=True)
class Vector:
    id: str
    says: str
    rules: str
    programme: str
    on: date
    outcomes: tuple[OutcomeFacts, ...]
    counts: int  # hundredths
    kept: int | None  # minutes
    missing: int | None
    by: str
    closed: frozenset[str]


def outcomes_of(rows: list[dict[str, Any]]) -> tuple[OutcomeFacts, ...]:
    """Return the outcomes of rows as they are written in the table; `times` repeats one under different titles."""
    found = []
    for row in rows:
        for _ in range(row.get("times", 1)):
            n = len(found) + 1
            facts = {name: _fact(name, value) for name, value in row.items() if name not in OWN}
            if row["type"] in COMMUNITY:
                facts.setdefault("attendance", plain("ratio", 1))
            title = row.get("title", f"课程{'甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉'[n - 1]}科")
            found.append(
                OutcomeFacts(
                    key=f"o{n:02d}",
                    type=row["type"],
                    title=title,
                    issuer=row.get("issuer", "甲校"),
                    ends_on=row.get("ends_on", date(2026, 10, 1)),
                    facts=facts,
                    valid_until=row.get("valid_until"),
                )
            )
    return tuple(found)


def _fact(name: str, value: Any) -> Any:
    if name == "grade" and isinstance(value, str):
        return value
    return plain(FIELDS[name].kind, value)


def vectors() -> list[Vector]:
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"), parse_float=Decimal)["vector"]
    return [
        Vector(
            id=row["id"],
            says=row["says"],
            rules=row["rules"],
            programme=row.get("programme", row["rules"]),
            on=row.get("on", date(2026, 11, 1)),
            outcomes=outcomes_of(row["outcomes"]),
            counts=plain("credits", row["counts"]),
            kept=plain("hours", row["kept"]) if "kept" in row else None,
            missing=plain("credits", row["missing"]) if "missing" in row else None,
            by=row.get("by", ""),
            closed=frozenset(row.get("closed", ())),
        )
        for row in rows
    ]
