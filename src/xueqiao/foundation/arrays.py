"""Arrays for set-based statements, written as PostgreSQL literals.

The driver looks at every item of a list to find out what it holds; for statements with thousands of rows that costs
more than the statement. Here the caller says it by the cast in the SQL: `unnest(%(ids)s::bigint[])`.
"""

from collections.abc import Iterable
from datetime import datetime


def array(values: Iterable[object]) -> str:
    """Return the literal of an array of whole numbers, texts, moments, UUIDs and None."""
    return "{" + ",".join(map(_item, values)) + "}"


def _item(value: object) -> str:
    if value is None:
        return "NULL"
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return f'"{value.isoformat()}"'
    text = str(value)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
