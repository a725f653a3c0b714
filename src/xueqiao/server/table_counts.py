"""Rows and content of every table, counted so that a restored database can be compared with the one it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

# The text of a row depends on these settings; both sides of a comparison must use the same.
STABLE_TEXT = "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL extra_float_digits = 1"
HASH = "sum of hashtextextended(row::text, 0), PostgreSQL 18"
# The queue is alive while we look: workers write heartbeats. It is dumped, but not compared.
RESTLESS = {"procrastinate_workers"}


@dataclass(frozen=True)
class TableCount:
    """rows: how many. content: a sum over hashes of the rows, equal for equal rows in any order."""

    rows: int
    content: str


def count_tables(connection: psycopg.Connection[Any]) -> dict[str, TableCount]:
    """Count and hash every table of the public schema by a heap scan, in the open transaction's snapshot."""
    connection.execute(STABLE_TEXT)
    connection.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off")
    connection.execute("SET LOCAL enable_bitmapscan = off")
    counts = {}
    for name in table_names(connection):
        row = connection.execute(
            sql.SQL("SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {} t").format(
                sql.Identifier(name)
            )
        ).fetchone()
        assert row is not None
        counts[name] = TableCount(row[0], row[1])
    return counts


def count_by_index(connection: psycopg.Connection[Any], name: str) -> int:
    """Count a table by the cheapest index-only scan: the road that ordinary counts take and a broken restore breaks."""
    connection.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
    assert row is not None
    return int(row[0])


def table_names(connection: psycopg.Connection[Any]) -> list[str]:
    """Return the ordinary tables of the public schema, parents of partitions excluded (their parts are counted)."""
    rows = connection.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
    ).fetchall()
    return [name for (name,) in rows]
