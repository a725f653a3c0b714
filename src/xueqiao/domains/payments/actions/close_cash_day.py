from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.payments.actions.settle_statement import bank_account, signed_posting
from xueqiao.domains.payments.errors.cash_days import (
    CashDayClosed,
    CashDayNotCounted,
    CashDayNotFound,
    SecondPersonNeeded,
)
from xueqiao.domains.payments.queries.bills import DESK_ROLES
from xueqiao.domains.payments.queries.cash_days import cash_day_view, cash_days_within
from xueqiao.domains.payments.rules.bills import CNY, SOURCES, clearing_account
from xueqiao.domains.payments.values.cash_days import CashDayView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.ledger.api import open_account, open_unit, post_transfer
from xueqiao.foundation.locks import set_lock_timeout

DIFFERENCE = "gateway:counter:difference"  # what boxes had too much (above zero) or were short of (below)


def close_cash_day(*, actor: Actor, day_uuid: UUID, now: datetime) -> CashDayView:
    """A second person has counted the box and agrees. From now on nothing of that day changes. Locks the box's row.

    Another clerk of the unit or an officer above it. What was taken less what was handed back leaves the counter's
    clearing account for the bank; a difference is booked where everybody sees it. Raises NotAllowed, CashDayNotFound,
    SecondPersonNeeded, CashDayNotCounted or CashDayClosed.
    """
    people.require_role(actor, *DESK_ROLES)
    with transaction.atomic():
        set_lock_timeout()
        row = cash_days_within(actor).select_for_update().filter(uuid=day_uuid).first()
        if row is None:
            raise CashDayNotFound
        people.require_role(actor, *DESK_ROLES, region=row.region)
        if row.clerk_id == actor.person_id:
            raise SecondPersonNeeded
        if row.state == "closed":
            raise CashDayClosed
        if row.state == "open":
            raise CashDayNotCounted
        row.state, row.confirmed_by_id, row.closed_at = "closed", actor.person_id, now
        row.save(update_fields=["state", "confirmed_by", "closed_at"])
        view = cash_day_view(row)
        open_unit(CNY, "人民币", 2, sources=SOURCES)
        open_account(CNY, bank_account("counter"), may_go_negative=True)
        clearing = clearing_account("counter")
        banked = view.taken_fen - view.handed_fen + view.difference_fen
        postings = [
            *signed_posting(bank_account("counter"), clearing, banked),
            *signed_posting(DIFFERENCE, clearing, -view.difference_fen),
        ]
        if postings:
            memo = {"clerk": row.clerk_id, "day": row.day.isoformat()}
            post_transfer(unit=CNY, postings=postings, key=f"payments:cash_day:{row.pk}", memo=memo, now=now)
        record_deed(
            actor=actor,
            verb="close_cash_day",
            object_kind="cash_day",
            object_id=row.pk,
            now=now,
            region=row.region,
            detail={"banked_fen": banked, "difference_fen": view.difference_fen},
        )
        return view
