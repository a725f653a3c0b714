"""COPY straight into the tables: the demo writes many tables of many domains at once, far below their doors.

Only the demo loader may do this (see docs/decisions). Tables are named by model label, so a column that was renamed
fails loudly here; columns not named get the model's default.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import NOT_PROVIDED, Field, Model

LINES_PER_CHUNK = 4000


def copy_rows(label: str, columns: str | Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows by COPY in the open transaction; return how many.

    label: "people.Person". columns: those of the values, in order: "id person_id". Raises TypeError when a
    column that must have a value has neither one here nor a default in the model.
    """
    model = apps.get_model(label)
    names, tail = _with_defaults(model, columns)
    number = 0
    with connection.cursor() as cursor, cursor.copy(_statement(model, names)) as copy:
        for chunk in _chunks(rows, tail):
            copy.write(chunk[1])
            number += chunk[0]
    return number


def copy_lines(label: str, columns: str | Sequence[str], lines: Iterable[str]) -> int:
    """Write ready lines (COPY's text format, no line end) in the open transaction; return how many. For millions."""
    model = apps.get_model(label)
    names, tail = _with_defaults(model, columns)
    number = 0
    end = tail + "\n"
    with connection.cursor() as cursor, cursor.copy(_statement(model, names)) as copy:
        rest = iter(lines)
        while chunk := list(islice(rest, LINES_PER_CHUNK)):
            copy.write(end.join(chunk) + end)
            number += len(chunk)
    return number


def next_id(label: str) -> int:
    """The first id free in a table."""
    table = apps.get_model(label)._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT coalesce(max(id), 0) + 1 FROM "{table}"')  # noqa: S608 - a table of our own
        return int(cursor.fetchone()[0])


def catch_up_sequence(label: str) -> None:
    """Let the table's identity go on after the ids written by hand."""
    table = apps.get_model(label)._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), coalesce(max(id), 0) + 1, false) "  # noqa: S608
            f'FROM "{table}"'
        )


def _with_defaults(model: type[Model], columns: str | Sequence[str]) -> tuple[list[str], str]:
    fields: dict[str, Field[Any, Any]] = {str(field.column): field for field in model._meta.concrete_fields}
    columns = columns.split() if isinstance(columns, str) else columns
    unknown = set(columns) - set(fields)
    if unknown:
        raise TypeError(f"{model.__name__} has no column {sorted(unknown)}")
    names, tail = list(columns), []
    for column, field in fields.items():
        if column in names or field.primary_key or field.db_default is not NOT_PROVIDED or field.null:
            continue
        if not field.has_default() and not (field.blank and field.empty_strings_allowed):
            raise TypeError(f"{model.__name__}.{column} has no default: name it")
        names.append(column)
        tail.append(_text(field.get_default() if field.has_default() else ""))
    return names, "".join("\t" + text for text in tail)


def _statement(model: type[Model], names: Sequence[str]) -> str:
    listed = ", ".join(f'"{name}"' for name in names)
    return f'COPY "{model._meta.db_table}" ({listed}) FROM STDIN'


def _chunks(rows: Iterable[Sequence[Any]], tail: str) -> Iterator[tuple[int, str]]:
    lines: list[str] = []
    for row in rows:
        lines.append("\t".join([_text(value) for value in row]) + tail)
        if len(lines) == LINES_PER_CHUNK:
            yield len(lines), "\n".join(lines) + "\n"
            lines = []
    if lines:
        yield len(lines), "\n".join(lines) + "\n"


def _text(value: Any) -> str:
    """One value in COPY's text format."""
    kind = type(value)
    if kind is int:
        return str(value)
    if value is None:
        return "\\N"
    if kind is str:
        if "\\" in value or "\n" in value or "\t" in value or "\r" in value:
            value = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
        return value
    if kind is bool:
        return "t" if value else "f"
    if kind is bytes:
        return "\\\\x" + value.hex()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
