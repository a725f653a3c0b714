"""A ground of the credit bank: one person's credit is reserved, answered, withdrawn, overdue and revoked at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.domains.credits.converting import a_story
from tests.domains.credits.revoking import asked, second_officer
from tests.interleavings.grounds import Deed, Ground
from xueqiao.domains.credits import api as credit_bank

ACCOUNTS = """
    SELECT u.code, a.name, b.posted, b.held_out, b.held_in
      FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id JOIN ledger_unit u ON u.id = a.unit_id
     WHERE (b.posted, b.held_out, b.held_in) <> (0, 0, 0)
"""
CONVERSIONS = """
    SELECT c.uuid, c.state, c.programme, (SELECT array_agg(u.claim_id ORDER BY 1) FROM credits_conversionuse u
      WHERE u.conversion_id = c.id AND u.in_force) FROM credits_conversion c
"""
ALLOTTED = "SELECT id, state, allotted_hundredths FROM credits_claim"
REVOKED = "SELECT state, available_hundredths, deficit_hundredths FROM credits_recognitionrevocation"
LOPSIDED = """
    SELECT u.code FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id
      JOIN ledger_unit u ON u.id = a.unit_id
     GROUP BY 1 HAVING sum(b.posted) <> 0
"""
PICTURES = {"accounts": ACCOUNTS, "conversions": CONVERSIONS, "allotted": ALLOTTED, "revoked": REVOKED}


def bank() -> Ground:
    """Two outcomes; one waits in a reservation whose days are nearly over, and a second officer is to revoke it."""
    story = a_story()
    held = story.reserve("面点", uuid=UUID(int=1))
    wish, officer, now, late = asked(story, "面点"), second_officer(), story.now, held.expires_at + timedelta(minutes=1)
    other, both_plan = story.part("茶艺"), story.part()

    def reserve(number: int, plan: Any) -> Deed:
        return lambda: story.reserve(uuid=UUID(int=number), plan=plan).state

    deeds: dict[str, Deed] = {
        "the school confirms": lambda: story.confirm(held).state,
        "the school refuses": lambda: story.refuse(held).state,
        "the school takes it back": lambda: story.reverse(held).state,
        "she withdraws": lambda: story.withdraw(held).state,
        "the sweep": lambda: credit_bank.expire_conversions(now=late),
        "it is revoked": lambda: (
            credit_bank.revoke_recognition(actor=officer, revocation_uuid=wish.uuid, now=now).deficit_hundredths
        ),
        "she reserves the other": reserve(2, other),
        "she reserves the other twice": reserve(3, other),
        "she presses the same again": reserve(2, other),
        "she reserves all": reserve(4, both_plan or other),
    }
    return Ground("credit that is converted", late, deeds, PICTURES, never=LOPSIDED)


BANK_GROUNDS: dict[str, Callable[[], Ground]] = {"bank": bank}
