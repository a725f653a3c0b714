from datetime import datetime

from django.db import transaction

from xueqiao.domains.payments.errors.cash_days import CashDayClosed
from xueqiao.domains.payments.models import CashDay
from xueqiao.domains.payments.queries.cash_days import cash_day_view, cash_days_within, desk_of
from xueqiao.domains.payments.values.cash_days import CashDayView
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.locks import require_transaction, set_lock_timeout
from xueqiao.foundation.reasons import InvalidInput

OPENING_MAX_FEN = 10_000_00


def open_cash_day(*, actor: Actor, opening_fen: int, now: datetime) -> CashDayView:
    """Say how much change is in one's box this morning. While the box is open it can be put right.

    Only a centre clerk, for her own box of today. Raises NotAllowed, CashDayClosed, or InvalidInput for an amount below
    zero or above 10,000 yuan.
    """
    people.require_role(actor, "centre_clerk")
    if not 0 <= opening_fen <= OPENING_MAX_FEN:
        raise InvalidInput(what="备用金在 0 到 10,000 元之间")
    with transaction.atomic():
        set_lock_timeout()
        row = lock_cash_day(actor=actor, region=None, now=now)
        row.opening_fen = opening_fen
        row.save(update_fields=["opening_fen"])
        record_deed(
            actor=actor,
            verb="open_cash_day",
            object_kind="cash_day",
            object_id=row.pk,
            now=now,
            region=row.region,
            detail={"opening_fen": opening_fen},
        )
        return cash_day_view(row)


def lock_cash_day(*, actor: Actor, region: int | None, now: datetime) -> CashDay:
    """Return the clerk's open box of today with its row locked, made at the first money. Needs a transaction.

    Locked after the bill and before the ledger. Raises NotAllowed for who has no desk there, CashDayClosed once the box
    is counted or closed.
    """
    require_transaction()
    desk = desk_of(actor, region)
    row: CashDay
    made, _ = cash_days_within(actor).get_or_create(
        clerk_id=actor.person_id, region=desk, day=clock.local_date(now), defaults={"opened_at": now}
    )
    row = cash_days_within(actor).select_for_update().get(pk=made.pk)
    if row.state != "open":
        raise CashDayClosed
    return row
