"""What the bank's tables must say of themselves after every step: each statement finds only what is wrong."""

from __future__ import annotations

from typing import Any

from django.db import connection

PAIRS = """
    SELECT c.uuid FROM credits_conversion c JOIN credits_rulesetversion r ON r.id = c.rule_version_id
     WHERE c.amount_hundredths IS DISTINCT FROM
           (SELECT sum(u.counted_hundredths) FROM credits_conversionuse u WHERE u.conversion_id = c.id)
        OR (SELECT sum(u.taken_hundredths) FROM credits_conversionuse u WHERE u.conversion_id = c.id) IS DISTINCT FROM
           (SELECT sum(p.amount) FROM credits_conversionhold h JOIN ledger_postingrow p ON p.transfer_id = h.transfer_id
             WHERE h.conversion_id = c.id)
        OR EXISTS (SELECT FROM credits_conversionhold h JOIN ledger_transfer t ON t.id = h.transfer_id
             WHERE h.conversion_id = c.id AND t.memo->>'rule_sha256' <> r.sha256)
"""
PARTS = """
    SELECT outcomes.allotted FROM (
        SELECT allotted_hundredths AS allotted, (SELECT sum(u.taken_hundredths) FROM credits_conversionuse u
                 WHERE u.proposal_id = p.id AND u.in_force) AS used FROM credits_creditproposal p
        UNION ALL
        SELECT allotted_hundredths, (SELECT sum(u.taken_hundredths) FROM credits_conversionuse u
                 WHERE u.claim_id = c.id AND u.in_force) FROM credits_claim c) outcomes
     WHERE allotted <> coalesce(used, 0)
"""
BACK_TWICE = """
    WITH back (original, amount) AS (
        SELECT (b.memo->>'of_transfer')::bigint, sum(p.amount)
          FROM ledger_transfer b JOIN ledger_postingrow p ON p.transfer_id = b.id
         WHERE b.memo ? 'of_transfer' GROUP BY 1)
    SELECT original FROM back
     WHERE amount > (SELECT sum(o.amount) FROM ledger_postingrow o WHERE o.transfer_id = original)
"""
ZERO = """
    SELECT u.code FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id
      JOIN ledger_unit u ON u.id = a.unit_id
     GROUP BY 1 HAVING sum(b.posted) <> 0
"""


def rows(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
