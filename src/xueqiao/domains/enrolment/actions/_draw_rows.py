"""Rows of a draw, set by set: what freeze and draw find out is copied into narrow tables that nothing moves afterwards.

The wide rows of the entries stay as they are.
"""

from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import datetime
from itertools import islice

from django.db import connection

from xueqiao.domains.enrolment.values.rounds import MemberFacts
from xueqiao.foundation.locks import require_transaction

LINES_AT_ONCE = 5_000

_EXCLUDED = """
UPDATE enrolment_entry e
   SET state = 'excluded', ended_at = %s, end_reason = 'nobody_agreed_or_no_wish'
 WHERE e.round_id = %s AND e.state = 'entered'
   AND NOT EXISTS (SELECT FROM enrolment_entryline l WHERE l.entry_id = e.id)
RETURNING id
"""
_LEFT = """
UPDATE enrolment_entrymember SET state = 'left', answered_at = %s WHERE entry_id = ANY(%s) AND state = 'agreed'
"""
_RESULTS = """
INSERT INTO enrolment_entryresult (entry_id, round_id, position, run_id, rank)
SELECT l.entry_id, l.round_id, d.position, d.run_id, d.rank
  FROM drawn d JOIN enrolment_entryline l ON l.round_id = %s AND l.number = d.number
 ORDER BY l.entry_id
"""


def write_lines(round_id: int, keys: Iterable[str]) -> None:
    """Write which entry stands in which line. keys: `facts_text` and id of each entry, a tab between, in the order of
    the published lines. Needs a transaction."""
    require_transaction()
    lines = (f"{round_id}\t{number}\t{key}\n" for number, key in enumerate(keys, 1))
    _copy("enrolment_entryline (round_id, number, losses, newcomers, entry_id)", lines)
    _run("ANALYZE enrolment_entryline")


def facts_text(members: Sequence[MemberFacts]) -> str:
    """What the row of a line says of the agreed members, as COPY reads it; the entry's id follows, after a tab."""
    losses = ",".join([str(member.losses) for member in members])
    newcomers = ",".join(["t" if member.is_newcomer else "f" for member in members])
    return f"{{{losses}}}\t{{{newcomers}}}"


def exclude_unnumbered(round_id: int, *, now: datetime) -> int:
    """Exclude the entries that got no line: nobody agreed, or no wish. Needs a transaction."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_EXCLUDED, [now, round_id])
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute(_LEFT, [now, ids])
    return len(ids)


def write_results(round_id: int, results: Iterable[str]) -> int:
    """Write what each line got; return how many there are. results: number, position, run id and wish rank (both \\N
    for who lost), with tabs between, as COPY reads them. Needs a transaction."""
    _fill("drawn", "number int, position int, run_id bigint, rank smallint", results)
    written = _run(_RESULTS, round_id)
    _run("ANALYZE enrolment_entryresult")  # or the planner takes the round for a handful: the report, the pages
    return written


def _fill(table: str, columns: str, lines: Iterable[str]) -> None:
    """Make a table of the transaction and fill it by COPY. lines: as COPY reads text."""
    require_transaction()
    _run(f"DROP TABLE IF EXISTS pg_temp.{table}")  # a second round in one transaction
    _run(f"CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP")
    _copy(table, lines)
    _run(f"ANALYZE {table}")


def _copy(into: str, lines: Iterable[str]) -> None:
    lines = iter(lines)
    with closing(connection.cursor()) as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        while text := "".join(islice(lines, LINES_AT_ONCE)):
            copy.write(text)


def _run(statement: str, *arguments: int | datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        moved: int = cursor.rowcount
        return moved
