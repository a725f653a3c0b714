"""The rules of programmes, pure: how one is named, where its sites lie, how its matrix is laid out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from xueqiao.domains.classes.errors.programmes import BadProgramme
from xueqiao.domains.classes.values.programmes import BY_COURSE, PARTS_OF_WEEK, MatrixLine, MatrixRow, SiteView
from xueqiao.foundation.region_code import RegionCode


def require_code(code: str) -> str:
    """2 to 16 capital letters and digits, beginning with a letter: it stands in addresses and on posters."""
    clean = code.strip().upper()
    if not re.fullmatch(r"[A-Z][A-Z0-9]{1,15}", clean):
        raise BadProgramme(what="编号要 2 到 16 个字母或数字，字母开头，比如 XIQING")
    return clean


def require_text(text: str, what: str, *, low: int, high: int) -> str:
    """Words people can read, between two lengths. Raises BadProgramme."""
    clean = " ".join(text.split())
    if not low <= len(clean) <= high or not clean.isprintable():
        raise BadProgramme(what=f"{what}要有 {low} 到 {high} 个字")
    return clean


def lies_in(unit: int, region: int) -> bool:
    """True when a region is the unit or lies in its subtree: a brand is its unit's, and so are its sites."""
    there = RegionCode(unit)
    return there.low <= region <= there.high


def matrix(lines: Iterable[MatrixLine], sites: Sequence[SiteView], *, by: str) -> list[MatrixRow]:
    """Rows of the matrix. By site: the main school first, then every site, those without a class too. By course: those
    given, by title. Cells hold the classes of a part of the week, by weekday and hour."""
    grouped: dict[str, dict[str, list[MatrixLine]]] = defaultdict(lambda: defaultdict(list))
    labels: dict[str, str] = {}
    for line in lines:
        key = line.course_code if by == BY_COURSE else str(line.site_id)
        labels[key] = line.course_title
        grouped[key][line.part_of_week].append(line)
    if by == BY_COURSE:
        keys = sorted(grouped, key=lambda key: (labels[key], key))
        return [_row(key, labels[key], grouped[key]) for key in keys]
    return [_row(str(site.id), site.name, grouped.get(str(site.id), {}), is_main=site.is_main) for site in sites]


def _row(key: str, label: str, cells: Mapping[str, Sequence[MatrixLine]], *, is_main: bool = False) -> MatrixRow:
    ordered = {
        part: tuple(sorted(cells.get(part, ()), key=lambda line: (line.weekday, line.starts_at.timetz(), line.code)))
        for part in PARTS_OF_WEEK
    }
    seats = sum(line.seats_left for lines in ordered.values() for line in lines)
    return MatrixRow(key, label, is_main, ordered, seats)
