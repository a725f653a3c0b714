from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.payments.errors.cash_days import (
    CashDayClosed,
    CashDayNotFound,
    CashDifferenceUnexplained,
)
from xueqiao.domains.payments.queries.cash_days import cash_day_view, cash_days_within
from xueqiao.domains.payments.values.cash_days import CashDayView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.locks import set_lock_timeout
from xueqiao.foundation.money import yuan
from xueqiao.foundation.reasons import InvalidInput

WORDS_MIN = 4


def count_cash_day(
    *, actor: Actor, day_uuid: UUID, counted_fen: int | None, reason: str = "", now: datetime
) -> CashDayView:
    """The clerk has counted her box; a difference needs its reason. Locks the box's row.

    counted_fen None opens a counted box again, to take more money or to count anew. Only the clerk herself, and only
    until a second person has agreed. Raises NotAllowed, CashDayNotFound, CashDayClosed, CashDifferenceUnexplained.
    """
    people.require_role(actor, "centre_clerk")
    if counted_fen is not None and counted_fen < 0:
        raise InvalidInput(what="点出来的钱不能小于零")
    with transaction.atomic():
        set_lock_timeout()
        row = cash_days_within(actor).select_for_update().filter(uuid=day_uuid, clerk_id=actor.person_id).first()
        if row is None:
            raise CashDayNotFound
        if row.state == "closed":
            raise CashDayClosed
        if counted_fen is None:
            row.state, row.counted_fen, row.expected_fen, row.counted_at = "open", None, None, None
            row.difference_reason = ""
        else:
            expected = cash_day_view(row).expected_fen
            words = reason.strip()
            if counted_fen != expected and len(words) < WORDS_MIN:
                raise CashDifferenceUnexplained(difference=yuan(counted_fen - expected))
            row.state, row.counted_fen, row.expected_fen, row.counted_at = "counted", counted_fen, expected, now
            row.difference_reason = words[:200] if counted_fen != expected else ""
        row.save()
        record_deed(
            actor=actor,
            verb="reopen_cash_day" if counted_fen is None else "count_cash_day",
            object_kind="cash_day",
            object_id=row.pk,
            now=now,
            region=row.region,
            detail={} if counted_fen is None else {"counted_fen": counted_fen, "expected_fen": row.expected_fen},
        )
        return cash_day_view(row)
