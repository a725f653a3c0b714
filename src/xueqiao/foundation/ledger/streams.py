"""The immutable tables as streams of (id, canonical text), read in constant memory.

The canonical text is PostgreSQL's own text of ROW(columns...), which quotes without ambiguity; moments are whole
microseconds and bytes are hexadecimal, so that no session setting changes it. The column lists are fixed for ever: a
column added later gets a table letter of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from xueqiao.foundation.ledger.canonical import input_hash
from xueqiao.foundation.ledger.values import DIRECT, HELD, WrongRow

ROWS_AT_ONCE = 5_000


@dataclass(frozen=True)
class ImmutableTable:
    """letter: how a seal's leaf names the table. columns: its canonical text, in this order."""

    letter: bytes
    name: str
    columns: str


def _moment(column: str) -> str:
    return f"(extract(epoch FROM {column}) * 1000000)::bigint"


TABLES = (
    ImmutableTable(b"U", "ledger_unit", f"id, code, name, scale, sources, {_moment('opened_at')}"),
    ImmutableTable(b"A", "ledger_account", f"id, unit_id, name, may_go_negative, {_moment('opened_at')}"),
    ImmutableTable(
        b"T",
        "ledger_transfer",
        "id, uuid, unit_id, kind, resolves_id, key, encode(input_hash, 'hex'), memo,"
        f" {_moment('at')}, {_moment('expires_at')}, {_moment('recorded_at')}",
    ),
    ImmutableTable(b"P", "ledger_postingrow", "id, transfer_id, unit_id, source_id, destination_id, amount"),
)

INPUTS = """
    SELECT t.id, u.code, t.kind, t.memo::text, t.expires_at, t.resolves_id, t.input_hash,
           (SELECT json_agg(json_build_array(s.name, d.name, p.amount) ORDER BY p.id)
              FROM ledger_postingrow p JOIN ledger_account s ON s.id = p.source_id
              JOIN ledger_account d ON d.id = p.destination_id WHERE p.transfer_id = t.id)::text
      FROM ledger_transfer t LEFT JOIN ledger_unit u ON u.id = t.unit_id
     WHERE t.id > %s AND t.id <= %s ORDER BY t.id
"""


def rows_of(table: ImmutableTable, *, after: int, through: int) -> Iterator[tuple[int, str]]:
    """The rows with after < id <= through, in order of id."""
    yield from stream(
        f"SELECT id, ROW({table.columns})::text FROM {table.name} WHERE id > %s AND id <= %s ORDER BY id",  # noqa: S608
        [after, through],
    )


def first_wrong_input(*, after: int, through: int) -> WrongRow | None:
    """The first transfer whose stored hash no longer fits what it was computed from; None when all fit."""
    return next(wrong_inputs(after=after, through=through), None)


def wrong_inputs(*, after: int, through: int) -> Iterator[WrongRow]:
    """All such transfers with after < id <= through, in order of id."""
    for transfer_id, unit, kind, memo, expires_at, resolves_id, stored, postings in stream(INPUTS, [after, through]):
        lines = [(s, d, a) for s, d, a in json.loads(postings)] if postings else []
        if (kind in (DIRECT, HELD)) != bool(lines):
            yield WrongRow("ledger_transfer", transfer_id, "postings exactly for direct and held", f"{len(lines)}")
            continue
        computed = input_hash(
            unit="" if resolves_id else unit or "?",
            kind=kind,
            lines=lines,
            memo=json.loads(memo),
            expires_at=expires_at,
            resolves_id=resolves_id,
        )
        if computed != bytes(stored):
            yield WrongRow(
                "ledger_transfer", transfer_id, f"inputs with hash {bytes(stored).hex()}", f"hash {computed.hex()}"
            )


def stream(statement: str, values: list[Any]) -> Iterator[tuple[Any, ...]]:
    """Rows of a statement through a server-side cursor, in constant memory."""
    with connection.chunked_cursor() as cursor:
        cursor.itersize = ROWS_AT_ONCE  # type: ignore[attr-defined]
        cursor.execute(statement, values)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield from rows
