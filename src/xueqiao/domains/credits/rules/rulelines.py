"""Where in a rule file a field stands. The standard TOML reader tells values but not lines. Pure."""

from __future__ import annotations

import re
from collections import defaultdict

Place = tuple[str, int]  # section and its place in the file; ("", 0) for the top

_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r'\s*("?)([A-Za-z0-9_\u4e00-\u9fff-]+)\1\s*=')


def lines_of(text: str) -> dict[tuple[Place, str], int]:
    """Return the line (from 1) of every field at the start of a line, and of every section under the field "".

    Fields inside braces or brackets that run over several lines are not keys of the section; they are found by
    `line_inside`.
    """
    found: dict[tuple[Place, str], int] = {}
    counts: dict[str, int] = defaultdict(int)
    place: Place = ("", 0)
    depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        if depth == 0 and (header := _HEADER.match(line)):
            name = header[2]
            place = (name, counts[name])
            counts[name] += 1
            found[place, ""] = number
            continue
        if depth == 0 and (key := _KEY.match(line)):
            found.setdefault((place, key[2]), number)
        depth = max(0, depth + _opened(line))
    return found


def line_inside(text: str, start: int, count: int, key: str = "") -> int:
    """Return the line of the `count`-th (from 0) brace after line `start`, or of `key` from there on.

    For lists of conditions written one a line. Falls back to `start`.
    """
    if start <= 0:
        return 0
    lines = text.splitlines()
    seen = -1
    for number in range(start, len(lines) + 1):
        bare = _without_text(lines[number - 1])
        if number > start and (_HEADER.match(bare) or (bare.strip().startswith("]") and seen >= count)):
            break
        seen += bare.count("{")
        if seen >= count and (not key or re.search(rf"\b{re.escape(key)}\s*=", bare)):
            return number
    return start


def _opened(line: str) -> int:
    bare = _without_text(line)
    return bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}")


def _without_text(line: str) -> str:
    """Return the line without what stands in quotes and without its comment."""
    return re.sub(r'"(\\.|[^"\\])*"', '""', line).split("#", 1)[0]
