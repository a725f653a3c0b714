"""Choosing where one lives by typing a part of its name; works without scripts."""

from __future__ import annotations

from xueqiao.foundation.region_code import TOWNSHIP
from xueqiao.foundation.regions import api as regions

CHOICES_MAX = 12


def home_choices(text: str) -> list[dict[str, object]]:
    """Townships and villages that fit what was typed, with their full names; at most 12."""
    if not text.strip():
        return []
    found = [unit for unit in regions.search_units(text.strip()[:40], limit=40) if unit.level >= TOWNSHIP][:CHOICES_MAX]
    names = regions.full_names([unit.code for unit in found])
    return [{"code": unit.code, "name": names.get(unit.code, unit.name)} for unit in found]
