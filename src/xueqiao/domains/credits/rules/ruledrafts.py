"""Texts of versions: the next draft made from one, what changed between two, a text with its mistakes marked. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from difflib import SequenceMatcher

from xueqiao.domains.credits.errors.rulesets import Problem
from xueqiao.domains.credits.values.ruleversions import Change, MarkedLine

_AROUND = 2  # lines shown before and after what is marked


def next_draft(text: str, *, version: int, region: int, in_force_from: date) -> str:
    """Return a file's text as the beginning of another version: its number, its place and its first day put in.

    What marks a sample is left out: a version an officer makes is hers. Comments and order stay.
    """
    begin = re.search(r"(?m)^\s*\[", text)
    head, rest = (text[: begin.start()], text[begin.start() :]) if begin else (text, "")
    head = re.sub(r"(?m)^version\s*=.*$", f"version = {version}", head)
    head = re.sub(r"(?m)^region\s*=.*$", f"region = {region}", head)
    head = re.sub(r"(?m)^in_force_from\s*=.*$", f"in_force_from = {in_force_from.isoformat()}", head)
    head = re.sub(r"(?m)^(sample|in_force_until)\s*=.*\n", "", head)
    return head + rest


def changes(before: Sequence[str], after: Sequence[str]) -> tuple[Change, ...]:
    """Return what became of a text, line by line: kept, gone, new. Of what was kept only the lines beside a change.

    Empty when nothing changed.
    """
    found: list[Change] = []
    groups = SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(_AROUND)
    for number, group in enumerate(groups):
        if number:
            found.append(Change("gap", ""))
        for tag, from_, to, from_after, to_after in group:
            if tag == "equal":
                found += [Change("kept", line) for line in before[from_:to]]
                continue
            found += [Change("gone", line) for line in before[from_:to]]
            found += [Change("new", line) for line in after[from_after:to_after]]
    return tuple(found)


def marked_lines(text: str, problems: Sequence[Problem]) -> tuple[MarkedLine, ...]:
    """Return the lines around each mistake with the mistakes of each line; what belongs to no line comes first."""
    lines = text.splitlines()
    by_line: dict[int, list[Problem]] = defaultdict(list)
    for each in problems:
        by_line[each.line if 0 < each.line <= len(lines) else 0].append(each)
    shown = {n for line in by_line if line for n in range(line - _AROUND, line + _AROUND + 1) if 0 < n <= len(lines)}
    found = [MarkedLine(0, "", tuple(by_line[0]))] if by_line.get(0) else []
    return (*found, *(MarkedLine(n, lines[n - 1], tuple(by_line.get(n, ()))) for n in sorted(shown)))
