"""Arrays for set-based statements, written as PostgreSQL literals.

The driver looks at every item of a list to find out what it holds; for statements with thousands of rows that costs
more than the statement. Here the caller says it by the cast in the SQL: `unnest(%(ids)s::bigint[])`.
"""

from collections.abc import Iterable
from datetime import datetime


def array(values: Iterable[object]) -> str:
    """Return the literal of an array of whole numbers, texts, moments, UUIDs and None."""
    items = values if isinstance(values, (list, tuple)) else list(values)
    kinds = set(map(type, items))
    if kinds == {int}:
        return "{" + ",".join(map(str, items)) + "}"
    if kinds == {str}:
        joined = "".join(items)  # type: ignore[arg-type]
        if "\\" not in joined and '"' not in joined:
            return '{"' + '","'.join(items) + '"}'  # type: ignore[arg-type]
    return "{" + ",".join(map(_item, items)) + "}"


def _item(value: object) -> str:
    kind = type(value)
    if kind is int:
        return str(value)
    if value is None:
        return "NULL"
    if kind is bool:
        return "t" if value else "f"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, datetime):
        return f'"{value.isoformat()}"'
    text = str(value)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
