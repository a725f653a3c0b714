"""Reads for statements and settlements: sums between accounts in a stretch of time, and lines of a family of accounts.

A family is all accounts of a unit whose names begin with a prefix. Only direct transfers are looked at:
families are for claims, which are never held.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from xueqiao.foundation.ledger import models

FLOWS = """
    SELECT s.name, d.name, sum(p.amount)::bigint, count(*)
      FROM ledger_transfer t JOIN ledger_postingrow p ON p.transfer_id = t.id
      JOIN ledger_account s ON s.id = p.source_id JOIN ledger_account d ON d.id = p.destination_id
     WHERE t.unit_id = (SELECT id FROM ledger_unit WHERE code = %(unit)s) AND t.kind = 'direct'
       AND t.at >= %(since)s AND t.at < %(until)s AND starts_with(t.key, %(prefix)s)
     GROUP BY s.name, d.name ORDER BY s.name COLLATE "C", d.name COLLATE "C"
"""
LINES = """
    WITH mine AS (SELECT a.id, a.name FROM ledger_account a
                   WHERE a.unit_id = (SELECT id FROM ledger_unit WHERE code = %(unit)s)
                     AND starts_with(a.name, %(prefix)s)),
         line AS (SELECT p.id, p.transfer_id, m.name, -p.amount AS amount
                    FROM mine m JOIN ledger_postingrow p ON p.source_id = m.id
                   UNION ALL
                  SELECT p.id, p.transfer_id, m.name, p.amount
                    FROM mine m JOIN ledger_postingrow p ON p.destination_id = m.id)
    SELECT line.name, t.key, t.at, line.amount, t.memo
      FROM line JOIN ledger_transfer t ON t.id = line.transfer_id
     WHERE t.kind = 'direct' AND t.at >= %(since)s
     ORDER BY line.id
"""


@dataclass(frozen=True)
class Flow:
    """What went from one account to another: the sum, and in how many postings."""

    source: str
    destination: str
    amount: int
    count: int


@dataclass(frozen=True)
class FamilyLine:
    """One posting as one account of a family sees it: `amount` is negative when it leaves."""

    account: str
    key: str
    at: datetime
    amount: int
    memo: dict[str, Any]


def units_named(prefix: str) -> tuple[str, ...]:
    """The codes of the open units that begin with a prefix, in order."""
    return tuple(models.Unit.objects.filter(code__startswith=prefix).order_by("code").values_list("code", flat=True))


def flows_between(unit: str, *, since: datetime, until: datetime, key_prefix: str) -> list[Flow]:
    """Sums per pair of accounts of the transfers whose keys begin with a prefix, from `since` until before `until`.

    One pass over the unit's transfers of that time; for what is worked out once a year.
    """
    values: dict[str, str | datetime] = {"unit": unit, "since": since, "until": until, "prefix": key_prefix}
    with connection.cursor() as cursor:
        cursor.execute(FLOWS, values)
        return [Flow(*row) for row in cursor.fetchall()]


def lines_of_family(unit: str, prefix: str, *, since: datetime) -> list[FamilyLine]:
    """The lines of all accounts of a family from `since` on, in the order they were written."""
    with connection.cursor() as cursor:
        cursor.execute(LINES, {"unit": unit, "prefix": prefix, "since": since})
        rows = cursor.fetchall()
    return [
        FamilyLine(account, key, at, amount, json.loads(memo) if isinstance(memo, str) else memo)
        for account, key, at, amount, memo in rows
    ]


def balances_of_family(unit: str, prefix: str) -> dict[str, int]:
    """What is posted on every account of a family, by name."""
    rows = models.Balance.objects.filter(account__unit__code=unit, account__name__startswith=prefix)
    return dict(rows.order_by("account__name").values_list("account__name", "posted"))
