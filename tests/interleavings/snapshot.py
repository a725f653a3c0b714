"""Puts the tables back to where they were, between schedules: milliseconds instead of a new world each time."""

from __future__ import annotations

from typing import Any

from django.db import connection

PREFIXES = (
    "enrolment_",
    "payments_",
    "ledger_",
    "outbox_",
    "audit_",
    "undo_",
    "classes_",
    "people_notice",
    "learning_",
    "credits_",
)
KEPT = ("payments_gatewaysecret",)  # the installation's keys, cached in the process


class Snapshot:
    """A copy of every table that deeds write to, in a schema of its own. `restore` commits."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)"
                " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
                " AND a.attgenerated = ''"
                " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
                " AND c.relname ~ %s GROUP BY c.relname",
                [f"^({'|'.join(PREFIXES)})"],
            )
            self.tables = {name: columns for name, columns in cursor.fetchall() if name not in KEPT}
            cursor.execute("DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept")
            for name in self.tables:
                cursor.execute(f'CREATE TABLE kept."{name}" AS TABLE public."{name}"')
        self._back = "".join(
            f'DELETE FROM public."{name}"; INSERT INTO public."{name}" ({columns}) OVERRIDING SYSTEM VALUE'
            f' SELECT {columns} FROM kept."{name}";'
            for name, columns in self.tables.items()
        )

    def restore(self) -> None:
        """Everything as it was. Triggers and foreign keys are not asked: the rows were good when they were copied."""
        with connection.cursor() as cursor:
            cursor.execute(
                "BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL synchronous_commit = off;"
                + self._back
                + "COMMIT"
            )

    def forget(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS kept CASCADE")


def rows(statement: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """The rows of a statement, for pictures of the state."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
