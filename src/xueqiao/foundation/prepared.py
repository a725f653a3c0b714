"""Statements that are asked again and again: PostgreSQL reads and plans them once per connection.

Django writes the parameters into the text, so the same question is a new one every time. For a group of holds, fourteen
statements in one transaction, reading and planning them was a third of what the database did.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any, Self

import psycopg
from django.db import connection


class _PreparedCursor(psycopg.Cursor[Any]):
    def execute(self, query: Any, params: Any = None, **_: Any) -> Self:
        # Of a prepared statement the driver does not keep the text that Django writes into its log of queries.
        return super().execute(query, params, prepare=not connection.queries_logged)


_here = threading.local()  # the cursor of this thread's connection: making one costs more than using it


def prepared_rows(statement: str, parameters: Sequence[Any] | Mapping[str, Any]) -> list[Any]:
    """Run a statement that is planned once per connection; return its rows, none for one that has no result.

    Arrays come as literals with a cast beside them (`arrays.array`). The plan does not know the values: for statements
    that find their rows by key, whatever the number. Raises what Django's cursor raises, and is seen by its wrappers.
    """
    connection.ensure_connection()
    raw: Any = getattr(_here, "cursor", None)
    if raw is None or raw.connection is not connection.connection or raw.closed:
        raw = _here.cursor = _PreparedCursor(connection.connection)
        raw.connection.prepare_threshold = 0  # Django switches preparing off; its own cursors never do it
    cursor = (connection.make_debug_cursor if connection.queries_logged else connection.make_cursor)(raw)
    cursor.execute(statement, parameters)
    return cursor.fetchall() if raw.description else []
