"""What the bank's tables must say of themselves after every step: each statement finds only what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
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
# What a row says was moved, its transfer moved: recognitions, deposits, ends by rule, revocations.
DEEDS = """
    WITH told (transfer, amount) AS (
        SELECT transfer_id, amount_hundredths FROM credits_claim WHERE transfer_id IS NOT NULL
        UNION ALL SELECT transfer_id, amount_hundredths FROM credits_creditproposal
                   WHERE state = 'deposited' AND transfer_id IS NOT NULL
        UNION ALL SELECT transfer_id, amount_hundredths FROM credits_creditexpiry WHERE transfer_id IS NOT NULL
        UNION ALL SELECT restore_transfer_id, amount_hundredths FROM credits_creditexpiry
                   WHERE restore_transfer_id IS NOT NULL
        UNION ALL SELECT transfer_id, available_hundredths + expired_hundredths + deficit_hundredths
                    FROM credits_recognitionrevocation WHERE transfer_id IS NOT NULL)
    SELECT transfer FROM told
     WHERE amount <> (SELECT sum(p.amount) FROM ledger_postingrow p WHERE p.transfer_id = transfer)
"""
# I9: shares add up to the price; once paid, what was captured and not paid back is what the learner's share has earned
# or still holds; at the gateway and in the bill's account is just that.
ORDERS = """
    SELECT b.id::text FROM payments_bill b
      JOIN (SELECT bill_id, sum(amount_fen) AS amount FROM payments_billshare GROUP BY 1) s ON s.bill_id = b.id
     WHERE s.amount <> b.amount_fen
    UNION ALL
    SELECT b.id::text FROM payments_bill b
      JOIN payments_billshare s ON s.bill_id = b.id AND s.payer_kind = 'learner'
     WHERE b.state IN ('paid', 'partly_refunded', 'refunded')
       AND b.paid_fen - b.refunded_fen <> s.amount_fen - s.returned_fen
    UNION ALL
    SELECT b.id::text FROM payments_bill b
      JOIN (SELECT bill_id, sum(amount_fen - released_fen - returned_fen) AS open
              FROM payments_billshare GROUP BY 1) s ON s.bill_id = b.id
      JOIN ledger_account a ON a.name = 'bill:' || b.id || ':held'
      JOIN ledger_balance h ON h.account_id = a.id
     WHERE h.posted <> CASE WHEN b.state IN ('paid', 'partly_refunded', 'refunded') THEN s.open ELSE 0 END
    UNION ALL
    SELECT a.name FROM ledger_account a JOIN ledger_balance h ON h.account_id = a.id
     WHERE a.name = 'gateway:rehearsal:clearing'
       AND -h.posted <> (SELECT coalesce(sum(paid_fen - refunded_fen), 0) FROM payments_bill)
"""
BALANCES = """
    SELECT a.name, b.posted, b.held_out FROM ledger_unit u JOIN ledger_account a ON a.unit_id = u.id
      JOIN ledger_balance b ON b.account_id = a.id
     WHERE u.code = %s AND a.name = ANY(%s)
"""


def rows(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def balances_now(unit: str, names: Iterable[str]) -> dict[str, tuple[int, int]]:
    """What these accounts hold, and how much of it is set aside; an account that was never opened is left out."""
    with connection.cursor() as cursor:
        cursor.execute(BALANCES, [unit, list(names)])
        return {name: (posted, held) for name, posted, held in cursor.fetchall()}
