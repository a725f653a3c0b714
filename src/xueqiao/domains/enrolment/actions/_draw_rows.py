"""Rows of a draw, set by set: a table of the transaction is filled by COPY, one statement moves all entries.

It moves them in the order of their ids, in which most indexes lie too: in the order of the list, which is random, every
row would touch another page of each.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from itertools import islice

from django.db import connection

from xueqiao.domains.enrolment.values.rounds import Party
from xueqiao.foundation.locks import require_transaction

LINES_AT_ONCE = 5_000

_FROZEN = """
UPDATE enrolment_entry e
   SET number = f.number, size = f.size, weight = f.weight, buckets = string_to_array(f.buckets, ' ')::varchar(12)[]
  FROM (SELECT f.id, f.number, p.size, p.weight, p.buckets
          FROM frozen f JOIN frozen_party p ON p.number = f.party ORDER BY f.id) f
 WHERE e.id = f.id
"""
_MEMBERS = """
UPDATE enrolment_entrymember m SET losses = l.losses, is_newcomer = f.is_newcomer
  FROM member_fact f JOIN counted l USING (outcomes) WHERE m.id = f.id
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
  FROM (SELECT e.id, d.* FROM drawn d JOIN enrolment_entry e ON e.number = d.number
         WHERE e.round_id = %s AND e.state = 'entered' ORDER BY e.id) d
 WHERE e.id = d.id
"""


def write_frozen(keys: Sequence[str], parties: Mapping[int, Party]) -> int:
    """Write number, size, weight and buckets of the entries; return how many. keys: entry id and number of the party,
    with a tab between, in the order of the published lines. Needs a transaction."""
    kinds = (f"{n}\t{len(p.members)}\t{p.weight}\t{' '.join(p.buckets)}\n" for n, p in parties.items())
    _fill("frozen_party", "number int, size smallint, weight smallint, buckets text", kinds)
    _fill("frozen", "id bigint, party int, number int", (f"{key}\t{n}\n" for n, key in enumerate(keys, 1)))
    return _run(_FROZEN)


def write_member_facts(losses: Mapping[str, int]) -> int:
    """Write losses and newcomers of the agreed members, as the freeze read them into the table member_fact. losses: by
    outcomes. Needs a transaction."""
    _fill("counted", "outcomes text, losses smallint", (f"{outcomes}\t{n}\n" for outcomes, n in losses.items()))
    return _run(_MEMBERS)


def exclude_unnumbered(round_id: int, *, now: datetime) -> int:
    """Exclude the entries that got no line: nobody agreed, or no wish. Needs a transaction."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_EXCLUDED, [now, round_id])
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute(_LEFT, [now, ids])
    return len(ids)


def write_outcomes(round_id: int, outcomes: Iterable[str], *, now: datetime) -> int:
    """Write lines of number, position, run id or 0, wish rank or 0, with tabs between; return how many entries moved.
    Needs a transaction."""
    _fill("drawn", "number int, position int, run_id bigint, rank smallint", outcomes)
    moved = _run(_DRAWN, now, round_id)
    _run("ANALYZE enrolment_entry")  # or the planner takes winners and losers for a handful: the report, the pages
    return moved


def _fill(table: str, columns: str, lines: Iterable[str]) -> None:
    """Make a table of the transaction and fill it by COPY. lines: as COPY reads text."""
    require_transaction()
    lines = iter(lines)
    with closing(connection.cursor()) as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")  # a second round in one transaction
        cursor.execute(f"CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP")
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            while text := "".join(islice(lines, LINES_AT_ONCE)):
                copy.write(text)
        cursor.execute(f"ANALYZE {table}")


def _run(statement: str, *arguments: int | datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        moved: int = cursor.rowcount
        return moved
