"""Rows of a draw, set by set: a table of the transaction is filled by COPY, one statement moves all entries."""

from collections.abc import Iterable
from contextlib import closing
from datetime import datetime

from django.db import connection

from xueqiao.foundation.locks import require_transaction

_FROZEN = """
UPDATE enrolment_entry e
   SET number = f.number, size = f.size, weight = f.weight, buckets = string_to_array(f.buckets, ' ')::varchar(12)[]
  FROM frozen f WHERE e.id = f.id
"""
_MEMBERS = """
UPDATE enrolment_entrymember m SET losses = f.losses, is_newcomer = f.is_newcomer
  FROM frozen_member f WHERE m.round_id = %s AND m.person_id = f.person_id AND m.state = 'agreed'
"""
_EXCLUDED = """
UPDATE enrolment_entry
   SET state = 'excluded', ended_at = %s, end_reason = 'nobody_agreed_or_no_wish'
 WHERE round_id = %s AND state = 'entered' AND number IS NULL
RETURNING id
"""
_LEFT = """
UPDATE enrolment_entrymember SET state = 'left', answered_at = %s WHERE entry_id = ANY(%s) AND state = 'agreed'
"""
_DRAWN = """
UPDATE enrolment_entry e
   SET position = d.position, state = CASE WHEN d.run_id = 0 THEN 'lost' ELSE 'won' END,
       awarded_id = NULLIF(d.run_id, 0), awarded_rank = NULLIF(d.rank, 0), ended_at = %s
  FROM drawn d WHERE e.round_id = %s AND e.number = d.number AND e.state = 'entered'
"""


def write_frozen(round_id: int, tickets: Iterable[tuple[int, int, int, int, str]]) -> int:
    """Write (entry id, number, size, weight, buckets separated by spaces); return how many. Needs a transaction."""
    _fill("frozen", "id bigint, number int, size smallint, weight smallint, buckets text", tickets)
    return _run(_FROZEN)


def write_member_facts(round_id: int, members: Iterable[tuple[int, int, bool]]) -> int:
    """Write (person id, losses, is newcomer) for the agreed members of a round. Needs a transaction."""
    _fill("frozen_member", "person_id bigint, losses smallint, is_newcomer boolean", members)
    return _run(_MEMBERS, round_id)


def exclude_unnumbered(round_id: int, *, now: datetime) -> int:
    """Exclude the entries that got no line: nobody agreed, or no wish. Needs a transaction."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_EXCLUDED, [now, round_id])
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute(_LEFT, [now, ids])
    return len(ids)


def write_outcomes(round_id: int, outcomes: Iterable[tuple[int, int, int, int]], *, now: datetime) -> int:
    """Write (number, position, run id or 0, wish rank or 0); return how many entries moved. Needs a transaction."""
    _fill("drawn", "number int, position int, run_id bigint, rank smallint", outcomes)
    return _run(_DRAWN, now, round_id)


def _fill(table: str, columns: str, rows: Iterable[tuple[object, ...]]) -> None:
    require_transaction()
    with closing(connection.cursor()) as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")  # a second round in one transaction
        cursor.execute(f"CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP")
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"ANALYZE {table}")


def _run(statement: str, *arguments: int | datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        moved: int = cursor.rowcount
        return moved
