"""Reads of the ledger. None of them decides anything: what decides is read after the lock, in migrations/sql/."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from xueqiao.foundation.ledger import models
from xueqiao.foundation.ledger.errors import TransferNotFound
from xueqiao.foundation.ledger.values import Balance, HistoryLine, Posting, SealView, TransferView, UnitView

HISTORY_LIMIT_MAX = 500
STATE_NAMES = {"posted": "已入账", "voided": "已撤销", "expired": "已过期", "held": "暂记中"}

STATE_SQL = """
    CASE WHEN coalesce(ended.kind, t.kind) IN ('direct', 'post') THEN 'posted'
         WHEN coalesce(ended.kind, t.kind) = 'void' THEN 'voided'
         WHEN coalesce(ended.kind, t.kind) = 'expire' THEN 'expired'
         ELSE 'held' END
"""
TRANSFER = f"""
    SELECT t.id, t.uuid, u.code, t.kind, {STATE_SQL}, t.key, t.memo, t.at, t.expires_at, t.resolves_id,
           (SELECT array_agg(s.name ORDER BY p.id) FROM ledger_postingrow p JOIN ledger_account s ON s.id = p.source_id
             WHERE p.transfer_id = coalesce(t.resolves_id, t.id)),
           (SELECT array_agg(d.name ORDER BY p.id) FROM ledger_postingrow p
              JOIN ledger_account d ON d.id = p.destination_id WHERE p.transfer_id = coalesce(t.resolves_id, t.id)),
           (SELECT array_agg(p.amount ORDER BY p.id) FROM ledger_postingrow p
             WHERE p.transfer_id = coalesce(t.resolves_id, t.id))
      FROM ledger_transfer t JOIN ledger_unit u ON u.id = t.unit_id
      LEFT JOIN ledger_transfer ended ON ended.resolves_id = t.id
"""  # noqa: S608 - no value from outside is put into the text
HISTORY = f"""
    WITH mine AS (SELECT a.id FROM ledger_account a JOIN ledger_unit u ON u.id = a.unit_id
                   WHERE u.code = %(unit)s AND a.name = %(account)s),
         line AS ((SELECT p.id, p.transfer_id, p.destination_id AS other, -p.amount AS amount
                     FROM ledger_postingrow p WHERE p.source_id = (SELECT id FROM mine)
                    ORDER BY p.id DESC LIMIT %(limit)s)
                  UNION ALL
                  (SELECT p.id, p.transfer_id, p.source_id, p.amount
                     FROM ledger_postingrow p WHERE p.destination_id = (SELECT id FROM mine)
                    ORDER BY p.id DESC LIMIT %(limit)s))
    SELECT t.id, t.uuid, t.key, t.at, other.name, line.amount, {STATE_SQL}, t.memo
      FROM line JOIN ledger_transfer t ON t.id = line.transfer_id JOIN ledger_account other ON other.id = line.other
      LEFT JOIN ledger_transfer ended ON ended.resolves_id = t.id
     ORDER BY line.id DESC LIMIT %(limit)s
"""  # noqa: S608 - no value from outside is put into the text


def find_unit(code: str) -> UnitView | None:
    """The unit, or None when it is not open."""
    unit = models.Unit.objects.filter(code=code).first()
    return UnitView(unit.id, unit.code, unit.name, unit.scale, tuple(unit.sources)) if unit else None


def balance_of(unit: str, account: str) -> Balance:
    """What the account holds now. An account nobody used holds zero."""
    return balances_of(unit, [account])[account]


def balances_of(unit: str, accounts: Iterable[str]) -> dict[str, Balance]:
    """What each of `accounts` holds now, in one query; zero for those nobody used."""
    names = list(accounts)
    rows = models.Balance.objects.filter(account__unit__code=unit, account__name__in=names).values_list(
        "account__name", "posted", "held_out", "held_in"
    )
    found = {name: Balance(posted, held_out, held_in) for name, posted, held_out, held_in in rows}
    return {name: found.get(name, Balance()) for name in names}


def get_transfer(transfer_id: int, *, is_replay: bool = False) -> TransferView:
    """The transfer as it stands now. Raises TransferNotFound."""
    found = _transfer("WHERE t.id = %s", [transfer_id], is_replay)
    if found is None:
        raise TransferNotFound
    return found


def find_transfer(unit: str, key: str) -> TransferView | None:
    """The transfer written under `key`, or None."""
    return _transfer("WHERE u.code = %s AND t.key = %s", [unit, key], False)


def history_of(unit: str, account: str, limit: int = 50) -> list[HistoryLine]:
    """The newest lines of an account first, at most `limit` (up to 500). Holds appear once, in their present state."""
    limit = max(1, min(limit, HISTORY_LIMIT_MAX))
    with connection.cursor() as cursor:
        cursor.execute(HISTORY, {"unit": unit, "account": account, "limit": limit})
        return [HistoryLine(*row[:7], _memo(row[7])) for row in cursor.fetchall()]  # type: ignore[call-arg]


def holds_due(now: datetime) -> int:
    """How many holds have passed their `expires_at` and still wait for the sweep."""
    return models.OpenHold.objects.filter(expires_at__lte=now).count()


def latest_seals(limit: int = 20) -> list[SealView]:
    """The newest seals first; their roots are what is published."""
    seals = models.Seal.objects.order_by("-number")[: max(1, min(limit, HISTORY_LIMIT_MAX))]
    views = []
    for seal in seals:
        before = models.Seal.objects.filter(number=seal.number - 1).values_list("transfer_through", flat=True).first()
        count = models.Transfer.objects.filter(id__gt=before or 0, id__lte=seal.transfer_through).count()
        views.append(
            SealView(
                seal.number,
                bytes(seal.root).hex(),
                bytes(seal.previous_root).hex(),
                len(seal.leaves) // 41,
                count,
                seal.sealed_at,
            )
        )
    return views


def _transfer(where: str, values: list[Any], is_replay: bool) -> TransferView | None:
    with connection.cursor() as cursor:
        cursor.execute(TRANSFER + where, values)
        row = cursor.fetchone()
    if row is None:
        return None
    lines = zip(row[10] or [], row[11] or [], row[12] or [], strict=True)
    return TransferView(
        id=row[0],
        uuid=row[1],
        unit=row[2],
        kind=row[3],
        state=row[4],
        key=row[5],
        postings=tuple(Posting(*line) for line in lines),
        memo=_memo(row[6]),
        at=row[7],
        expires_at=row[8],
        resolves_id=row[9],
        is_replay=is_replay,
    )


def _memo(stored: Any) -> dict[str, Any]:
    """Django hands jsonb over as text on a bare cursor."""
    return json.loads(stored) if isinstance(stored, str) else stored
