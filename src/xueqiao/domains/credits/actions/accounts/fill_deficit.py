"""Pay what a revocation left open from what has come back to the account."""

from datetime import datetime

from xueqiao.domains.credits.queries.balances import as_postings, available_in, deficit_in
from xueqiao.domains.credits.rules.postings import amount_of, filling_lines
from xueqiao.foundation.ledger import api as ledger


def fill_deficit(*, unit: str, person_id: int, key: str, now: datetime) -> int:
    """Return the hundredths moved from a person's account into her deficit: as much as both allow, often nothing.

    Needs the lock on her CREDIT_ACCOUNT. For credit that comes back by the end of a hold or a reversal; what arrives
    new is divided by `arriving` in its own transfer. key: names the deed that brought it back.
    """
    lines = filling_lines(person_id, available=available_in(unit, person_id), deficit=deficit_in(unit, person_id))
    if lines:
        ledger.post_transfer(
            unit=unit,
            postings=as_postings(lines),
            key=f"credits.fill_deficit:{key}",
            memo={"deed": "fill_deficit", "after": key},
            now=now,
        )
    return amount_of(lines)
