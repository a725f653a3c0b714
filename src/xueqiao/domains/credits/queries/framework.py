"""Reads of the framework: the recognition units."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from xueqiao.domains.credits.models import RecognitionUnit


def level_of(code: str, *, on: date) -> str:
    """Return the framework level of a unit as certificates state it; nothing when no version was in force on the day.

    A class belongs to the unit that bears its course's code.
    """
    rows = RecognitionUnit.objects.filter(code=code, effective_from__lte=on)
    row = rows.filter(Q(effective_until=None) | Q(effective_until__gt=on)).order_by("-version").first()
    return f"终身学习资历框架第 {row.level} 级（共 10 级）" if row is not None else ""
