"""Take a confirmed conversion back: a mistake, or a learner who leaves the programme."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.credits.actions.accounts.fill_deficit import fill_deficit
from xueqiao.domains.credits.actions.conversions.tell_conversion import tell_conversion
from xueqiao.domains.credits.events import ConversionReversed
from xueqiao.domains.credits.models import Conversion
from xueqiao.domains.credits.queries.balances import opposite
from xueqiao.domains.credits.queries.conversions import conversion_facts, locked_for_school, require_words, seen_again
from xueqiao.domains.credits.rules.conversions import is_new_step
from xueqiao.domains.credits.values.conversions import REVERSED, ConversionView
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.outbox.api import record_event


def reverse_conversion(*, actor: Actor, conversion_uuid: UUID, words: str, now: datetime) -> ConversionView:
    """Move all of it back by new transfers that name the originals, once: never more than was used.

    Its outcomes may be converted again. An open deficit is filled first. Locks CREDIT_ACCOUNT, then the row. Who may:
    as in `confirm_conversion`. Raises ConversionUnknown, NotAllowed, OwnConversion, ReasonNeeded,
    ConversionNotAtThisStep.
    """
    with transaction.atomic():
        row = locked_for_school(actor, conversion_uuid)
        clean = require_words(words)
        if not is_new_step(row.state, REVERSED):
            return seen_again(row)
        _move_back(row, now)
        row.state, row.reversed_at, row.reversed_by_id, row.reversal_words = REVERSED, now, actor.person_id, clean
        row.save(update_fields=["state", "reversed_at", "reversed_by", "reversal_words"])
        tell_conversion(conversion=row, now=now)
        record_event(ConversionReversed(**conversion_facts(row)), region=row.institution.region, now=now)
        record_deed(
            actor=actor,
            verb="reverse_conversion",
            object_kind="conversion",
            object_id=row.pk,
            region=row.institution.region,
            acting_for_id=row.person_id,
            now=now,
            detail={"programme": row.programme, "amount_hundredths": row.amount_hundredths},
        )
    return seen_again(row)


def _move_back(row: Conversion, now: datetime) -> None:
    """One transfer for each unit, keyed by the conversion: a second one cannot be written."""
    for hold in row.holds.order_by("unit"):
        key = f"credits.reverse:{row.uuid}"
        transfer = ledger.post_transfer(
            unit=hold.unit,
            postings=opposite(hold.transfer_id),
            key=key,
            memo={"deed": "reverse", "conversion": str(row.uuid), "of_transfer": hold.transfer_id},
            now=now,
        )
        hold.reversal_id = transfer.id
        hold.save(update_fields=["reversal_id"])
        fill_deficit(unit=hold.unit, person_id=row.person_id, key=key, now=now)
