"""What may be written, as pure functions over plain values. No database, no clock."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from xueqiao.foundation.ledger.errors import (
    AmountNotAllowed,
    MemoNotAllowed,
    MixedUnits,
    NameNotAllowed,
    NoPostings,
    SameAccount,
    TimeNotAllowed,
    TooManyPostings,
)
from xueqiao.foundation.ledger.values import AMOUNT_MAX, AccountView, Posting

NAME_LENGTH_MAX = 120
UNIT_LENGTH_MAX = 40
MEMO_BYTES_MAX = 4_000
POSTINGS_MAX = 500

Line = tuple[str, str, int]


def require_name(name: Any, length_max: int = NAME_LENGTH_MAX) -> str:
    """Return `name` when it is 1 to `length_max` visible characters without spaces at the ends."""
    if not isinstance(name, str) or not 1 <= len(name) <= length_max or not name.isprintable() or name != name.strip():
        raise NameNotAllowed(name=str(name)[:40] if isinstance(name, str) else "?", length_max=length_max)
    return name


def require_lines(unit: str, postings: Sequence[Posting]) -> list[Line]:
    """Return the postings as (source, destination, amount). Raises the reason when one cannot be written."""
    if not postings:
        raise NoPostings
    if len(postings) > POSTINGS_MAX:
        raise TooManyPostings(count_max=POSTINGS_MAX)
    lines = [(_account(unit, p.source), _account(unit, p.destination), _amount(p.amount)) for p in postings]
    for source, destination, _ in lines:
        if source == destination:
            raise SameAccount(account=source)
    if sum(amount for _, _, amount in lines) > AMOUNT_MAX:
        raise AmountNotAllowed
    return lines


def require_memo(memo: Any) -> dict[str, Any]:
    """Return `memo` when it survives JSON and PostgreSQL unchanged: text, whole numbers, booleans, lists, objects."""
    if not isinstance(memo, dict) or not _is_plain(memo):
        raise MemoNotAllowed
    try:
        size = len(json.dumps(memo, ensure_ascii=False).encode())
    except (UnicodeEncodeError, RecursionError, ValueError):
        raise MemoNotAllowed from None
    if size > MEMO_BYTES_MAX:
        raise MemoNotAllowed
    return memo


def require_moment(moment: Any) -> None:
    """Raise TimeNotAllowed unless `moment` has a time zone."""
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise TimeNotAllowed


def _account(unit: str, account: str | AccountView) -> str:
    if isinstance(account, AccountView):
        if account.unit != unit:
            raise MixedUnits(unit=unit, other=account.unit)
        return account.name
    return require_name(account)


def _amount(amount: Any) -> int:
    if type(amount) is not int or not 0 < amount <= AMOUNT_MAX:
        raise AmountNotAllowed
    return amount


def _is_plain(value: Any, depth: int = 0) -> bool:
    if depth > 8:
        return False
    if isinstance(value, str):
        return "\x00" not in value
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, int):
        return abs(value) < 2**63
    if isinstance(value, list):
        return all(_is_plain(item, depth + 1) for item in value)
    if isinstance(value, dict):
        return all(isinstance(k, str) and "\x00" not in k and _is_plain(v, depth + 1) for k, v in value.items())
    return False
