"""Book what a conversion makes one institution claim from another, or take it back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from xueqiao.domains.credits.rules.clearing import (
    CLAIMS,
    book_key,
    claims_of,
    clearing_unit,
    reverse_key,
)
from xueqiao.domains.credits.rules.postings import amount_of, turned
from xueqiao.domains.credits.values.amounts import unit_name
from xueqiao.foundation.ledger import api as ledger


def book_claims(
    *,
    conversion_uuid: UUID,
    givers: Sequence[tuple[int, int]],
    receiver_id: int,
    unit: str,
    agreement_code: str,
    is_reversal: bool,
    now: datetime,
) -> int:
    """Return how many hundredths were claimed (or taken back). Once per conversion, however often it is told.

    One transfer for all givers: each has a claim on the receiver for what it taught. Which of a conversion and its
    reversal is told first does not matter: the sums are the same. Nobody is asked: it follows from the conversion.
    """
    postings = claims_of(givers, receiver_id)
    if not postings:
        return 0
    name = claim_unit_name(unit)
    ledger.open_unit(clearing_unit(unit), name, 2, sources=(CLAIMS,))
    ledger.post_transfer(
        unit=clearing_unit(unit),
        postings=[ledger.Posting(*each) for each in (turned(postings) if is_reversal else postings)],
        key=reverse_key(conversion_uuid) if is_reversal else book_key(conversion_uuid),
        memo={
            "deed": "reverse_claim" if is_reversal else "claim",
            "conversion": str(conversion_uuid),
            "agreement": agreement_code,
        },
        now=now,
    )
    return amount_of(postings)


def claim_unit_name(unit: str) -> str:
    """Return the name of the unit claims are counted in."""
    return f"院校往来：{unit_name(unit)}"[:60]
