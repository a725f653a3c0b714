"""What people type about contracts and pay, as values; what it means is decided by `classes`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from django.utils.translation import gettext as _

from xueqiao.domains.classes import api as classes
from xueqiao.foundation.reasons import InvalidInput


def day_typed(form: Mapping[str, str], name: str, label: str) -> date:
    """A day as the browser sends it. Raises InvalidInput naming the field."""
    try:
        return date.fromisoformat(form.get(name, ""))
    except ValueError as failure:
        raise InvalidInput(what=_("{label}要写成 2026-03-05 这样").format(label=label)) from failure


def number_typed(form: Mapping[str, str], name: str, label: str) -> int:
    """A choice's number. Raises InvalidInput."""
    text = form.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise InvalidInput(what=_("{label}请从列表里选").format(label=label))
    return int(text)


def fen_typed(form: Mapping[str, str], name: str, label: str) -> int:
    """Yuan with up to two decimals, in fen. Raises InvalidInput."""
    text = form.get(name, "").strip()
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,2})?", text):
        raise InvalidInput(what=_("{label}写成 150 或 150.50 这样").format(label=label))
    whole, _dot, part = text.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") or "0")


def month_typed(text: str, today: date) -> date:
    """The first day of a month written 2026-02; without one the month before today's. Raises InvalidInput."""
    if not text:
        return classes.month_of(classes.month_of(today) - timedelta(days=1))
    if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", text):
        raise InvalidInput(what=_("月份要写成 2026-02 这样"))
    return date(int(text[:4]), int(text[5:]), 1)
