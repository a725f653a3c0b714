"""Claims between any number of institutions, any number of them, written in sets: for the bench of a year's settlement.

The rows are what booking them one by one would have written, but for the hash of the inputs, which
settling never reads.
"""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction

from xueqiao.domains.credits.actions.conversions.book_claims import claim_unit_name
from xueqiao.domains.institutions.models import Institution
from xueqiao.foundation.ledger import api as ledger

UNIT, YEAR = "CLAIM.degree", 2026
ACCOUNTS = """
    INSERT INTO ledger_account (unit_id, name, may_go_negative, opened_at)
    SELECT %(unit)s, format('claims:%%s:on:%%s', a.id, b.id), true, '2026-01-01Z'
      FROM unnest(%(ids)s::bigint[]) AS a(id), unnest(%(ids)s::bigint[]) AS b(id) WHERE a.id <> b.id
"""
# Entry n: a creditor and another institution in turn, 0.5 to 8.5 credits, evenly over the year; a seventh takes back.
ENTRIES = """
    CREATE TEMPORARY TABLE entry ON COMMIT DROP AS
    SELECT n, CASE WHEN n %% 7 = 6 THEN 'clearing:reverse:' ELSE 'clearing:book:' END || n AS key,
           source.id AS source_id, destination.id AS destination_id, 50 * (1 + n %% 17) AS amount,
           '2026-01-01T00:00:00+08'::timestamptz + make_interval(secs => n * (31000000.0 / %(count)s)) AS at
      FROM (SELECT n, (%(ids)s::bigint[])[1 + n %% %(k)s] AS a,
                   (%(ids)s::bigint[])[1 + (n + 1 + (n / %(k)s) %% (%(k)s - 1)) %% %(k)s] AS b
              FROM generate_series(0, %(count)s - 1) AS n) AS pair
      JOIN ledger_account source ON source.unit_id = %(unit)s AND source.name
           = CASE WHEN n %% 7 = 6 THEN format('claims:%%s:on:%%s', a, b) ELSE format('claims:%%s:on:%%s', b, a) END
      JOIN ledger_account destination ON destination.unit_id = %(unit)s AND destination.name
           = CASE WHEN n %% 7 = 6 THEN format('claims:%%s:on:%%s', b, a) ELSE format('claims:%%s:on:%%s', a, b) END
"""
TRANSFERS = """
    INSERT INTO ledger_transfer (unit_id, kind, key, input_hash, memo, at)
    SELECT %(unit)s, 'direct', key, sha256(key::bytea), '{}', at FROM entry ORDER BY n
"""
POSTINGS = """
    INSERT INTO ledger_postingrow (transfer_id, unit_id, source_id, destination_id, amount)
    SELECT t.id, %(unit)s, e.source_id, e.destination_id, e.amount
      FROM entry e JOIN ledger_transfer t ON t.unit_id = %(unit)s AND t.key = e.key ORDER BY t.id
"""
BALANCES = """
    INSERT INTO ledger_balance (account_id, may_go_negative, posted, held_out, held_in)
    SELECT a.id, true, coalesce(sum(moved.amount), 0), 0, 0
      FROM ledger_account a
      LEFT JOIN (SELECT destination_id AS id, amount FROM entry UNION ALL SELECT source_id, -amount FROM entry) moved
        ON moved.id = a.id
     WHERE a.unit_id = %(unit)s GROUP BY a.id
"""


def build_claims(entries: int, schools: int) -> None:
    """Write the institutions and their claims of one year. Once per database."""
    rows = Institution.objects.bulk_create(
        Institution(
            code=f"YW{n:04d}",
            name=f"院校{n}",
            kind="vocational_school",
            region=320000000000,
            opened_on=date(2020, 1, 1),
        )
        for n in range(schools)
    )
    unit = ledger.open_unit(UNIT, claim_unit_name("CREDIT.degree"), 2, sources=("claims:",))
    values = {"unit": unit.id, "ids": [row.pk for row in rows], "k": schools, "count": entries}
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (ACCOUNTS, ENTRIES, TRANSFERS, POSTINGS, BALANCES):
            cursor.execute(statement, values)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ledger_transfer, ledger_postingrow, ledger_account, ledger_balance")
