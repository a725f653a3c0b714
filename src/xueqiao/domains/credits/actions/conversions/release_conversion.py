"""Give back what a conversion held: the common end of withdrawing, refusing and expiring."""

from contextlib import suppress
from datetime import datetime

from xueqiao.domains.credits.actions.accounts.fill_deficit import fill_deficit
from xueqiao.domains.credits.models import Conversion
from xueqiao.foundation.ledger import api as ledger


def release_conversion(*, conversion: Conversion, state: str, by_id: int | None, words: str, now: datetime) -> None:
    """Void every hold of a reserved conversion and write its end; its outcomes are free from the commit on.

    Needs the lock on the person's CREDIT_ACCOUNT and the row (`locked_conversion`). A hold that the ledger's own sweep
    gave back already is as good. An open deficit is filled first.
    """
    for hold in conversion.holds.order_by("unit"):
        key = f"credits.release:{conversion.uuid}"
        with suppress(ledger.AlreadyResolved):
            ledger.void_held(
                hold.transfer_id, key=key, now=now, memo={"deed": state, "conversion": str(conversion.uuid)}
            )
        fill_deficit(unit=hold.unit, person_id=conversion.person_id, key=key, now=now)
    conversion.state, conversion.decided_at, conversion.decided_by_id = state, now, by_id
    conversion.decision_words = words
    conversion.save(update_fields=["state", "decided_at", "decided_by", "decision_words"])
