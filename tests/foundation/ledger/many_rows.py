"""A ledger with any number of sealed transfers, built in sets; and what a superuser does to it, one byte per row."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.ledger.canonical import input_hash

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
UNIT = "MILLION"
PEOPLE, PLACES = 20_000, 200  # fewer for a short form: a person per ten transfers

# How many per ten transfers, and what each does: six in, two out, one on hold, and the row that ends that hold.
TRANSFERS_IN, TRANSFERS_OUT = 6, 2

# SQL that changes one byte of a column, per table; drawn evenly. The weight of a table: how many of a hundred rows.
ONE_LETTER = "overlay({column} placing 'q' from 1 for 1)"
ONE_BIT = "{column} # 1"
ONE_MICROSECOND = "{column} + interval '1 microsecond'"
LAST_DIGIT = "(left({column}::text, 35) || CASE right({column}::text, 1) WHEN '0' THEN '1' ELSE '0' END)::uuid"
CHANGES: dict[str, tuple[int, str, dict[str, str]]] = {
    "ledger_transfer": (
        45,
        "id",
        {
            "uuid": LAST_DIGIT,
            "kind": ONE_LETTER,
            "key": ONE_LETTER,
            "input_hash": "set_byte({column}, 9, (get_byte({column}, 9) + 1) %% 256)",
            "memo": "overlay({column}::text placing 'q' from 3 for 1)::jsonb",
            "at": ONE_MICROSECOND,
            "recorded_at": ONE_MICROSECOND,
        },
    ),
    "ledger_postingrow": (
        45,
        "id",
        dict.fromkeys(("transfer_id", "source_id", "destination_id", "amount"), ONE_BIT)
        | {"unit_id": "({column} # 1)::smallint"},
    ),
    "ledger_account": (
        5,
        "id",
        {"name": ONE_LETTER, "may_go_negative": "NOT {column}", "opened_at": ONE_MICROSECOND},
    ),
    "ledger_balance": (5, "account_id", dict.fromkeys(("posted", "held_out", "held_in"), ONE_BIT)),
}
CHECKS = {
    "ledger_balance": ("ledger_balance_floor", "ledger_balance_range"),
    "ledger_postingrow": ("ledger_posting_two_accounts", "ledger_posting_amount"),
    "ledger_transfer": ("ledger_transfer_kind", "ledger_transfer_expiry"),
}

Named = set[tuple[str, int | None]]


def build_sealed(count: int) -> int:
    """Write `count` transfers (a multiple of ten) with their lines, balances and seals; return the number of seals.

    The rows are what the posting functions would have written, hashes included: `verify_ledger` is the judge of that.
    """
    unit = ledger.open_unit(UNIT, "百万", 2, sources=("gateway:",))
    with transaction.atomic(), connection.cursor() as cursor:
        accounts = _open_accounts(unit.id, min(PEOPLE, count // 10))
        cursor.execute("SELECT coalesce(max(id), 0) FROM ledger_transfer")
        first = cursor.fetchone()[0] + 1
        rows = "id, unit_id, kind, resolves_id, key, input_hash, memo, at, expires_at"
        with cursor.copy(f"COPY ledger_transfer ({rows}) FROM STDIN") as copy:
            for transfer, _ in _rows(first, count, unit.id):
                copy.write_row(transfer)
        lines = "transfer_id, unit_id, source_id, destination_id, amount"
        with cursor.copy(f"COPY ledger_postingrow ({lines}) FROM STDIN") as copy:
            for transfer, line in _rows(first, count, unit.id):
                if line is not None:
                    source, destination, amount = line
                    copy.write_row((transfer[0], unit.id, accounts[source], accounts[destination], amount))
        cursor.execute("SELECT setval(pg_get_serial_sequence('ledger_transfer', 'id'), max(id)) FROM ledger_transfer")
        cursor.execute(BALANCES, [unit.id])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ledger_transfer, ledger_postingrow, ledger_account, ledger_balance")
    seals = 0
    while ledger.seal_new_transfers(now=NOW):
        seals += 1
    return seals


def change_one_byte_in(count: int, *, seed: int) -> Named:
    """Change one byte in each of `count` random rows as somebody who may do everything; return which rows.

    Call inside a transaction that is rolled back: the checks of the tables go as well.
    """
    choice = random.Random(seed)
    changed: Named = set()
    with connection.cursor() as cursor:
        for table, names in CHECKS.items():
            for name in names:
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, (weight, key, columns) in CHANGES.items():
            cursor.execute(f"SELECT {key} FROM {table} ORDER BY {key}")
            ids = [row_id for (row_id,) in cursor.fetchall()]
            for row_id in choice.sample(ids, count * weight // 100):
                column = choice.choice(sorted(columns))
                change = columns[column].format(column=column)
                cursor.execute(f"UPDATE {table} SET {column} = {change} WHERE {key} = %s", [row_id])
                changed.add((table, row_id))
        cursor.execute("SET LOCAL session_replication_role = origin")
    return changed


def named_rows(rows_max: int) -> Named:
    """What the verifier names."""
    return {(row.table, row.id) for row in ledger.verify_ledger(rows_max=rows_max).wrong_rows}


BALANCES = """
    WITH line AS (
        SELECT p.source_id, p.destination_id, p.amount FROM ledger_postingrow p WHERE p.unit_id = %s
    ), moved AS (
        SELECT id, sum(amount) AS amount
          FROM (SELECT source_id AS id, -amount AS amount FROM line
                 UNION ALL SELECT destination_id, amount FROM line) AS m
         GROUP BY id
    )
    UPDATE ledger_balance b SET posted = moved.amount FROM moved WHERE b.account_id = moved.id
"""


def _open_accounts(unit_id: int, people: int) -> dict[str, int]:
    names = [f"gateway:{n}" for n in range(PLACES)] + [f"institution:{n}:income" for n in range(PLACES)]
    names += [f"person:{n}:available" for n in range(people)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(1, 0)")
        cursor.execute(
            "SELECT ledger_open_accounts(%s::smallint, %s::text[], %s::text[], %s)", [unit_id, ["gateway:"], names, NOW]
        )
        cursor.execute("SELECT name, id FROM ledger_account WHERE unit_id = %s", [unit_id])
        return dict(cursor.fetchall())


def _rows(first: int, count: int, unit_id: int) -> Iterator[tuple[tuple[object, ...], tuple[str, str, int] | None]]:
    """Rows of ledger_transfer, each with its line (None for the row that ends a hold)."""
    people = min(PEOPLE, count // 10)
    for n in range(count):
        row_id, turn = first + n, n % 10
        person = f"person:{(n // 10) % people}:available"
        memo = {"class": n % 977}
        line, kind, resolves_id, expires_at = None, "direct", None, None
        if turn < TRANSFERS_IN:
            line = (f"gateway:{n % PLACES}", person, 100)
        elif turn < TRANSFERS_IN + TRANSFERS_OUT:
            line = (person, f"institution:{n % PLACES}:income", 7)
        elif turn < 9:
            kind, line, expires_at = "held", (person, f"institution:{n % PLACES}:income", 5), LATER
        else:
            kind, resolves_id = "post", row_id - 1
        hashed = input_hash(
            unit="" if resolves_id else UNIT,
            kind=kind,
            lines=[line] if line else [],
            memo=memo,
            expires_at=expires_at,
            resolves_id=resolves_id,
        )
        text = f'{{"class": {memo["class"]}}}'
        yield (row_id, unit_id, kind, resolves_id, f"m:{row_id}", hashed, text, NOW, expires_at), line
