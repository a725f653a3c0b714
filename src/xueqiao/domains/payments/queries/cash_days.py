"""Reads of cash boxes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from xueqiao.domains.payments.errors.cash_days import CashDayNotFound
from xueqiao.domains.payments.models import CashDay, CashMovement
from xueqiao.domains.payments.queries.bills import DESK_ROLES
from xueqiao.domains.payments.values.cash_days import CashDayView, CashMovementView
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.reasons import NotAllowed
from xueqiao.foundation.region_code import RegionCode
from xueqiao.foundation.scope import Scope


def desk_of(actor: Actor, region: int | None = None) -> int:
    """The unit of the clerk's desk: her narrowest one that contains `region`, or her first. Raises NotAllowed."""
    people.require_role(actor, "centre_clerk")
    duties = [(d.low, d.high) for d in actor.duties if d.role == "centre_clerk"]
    ranges = duties if actor.duties else list(actor.scope.ranges)
    if region is not None:
        unit = RegionCode(region)
        ranges = [(low, high) for low, high in ranges if low <= unit.low and unit.high <= high]
    if not ranges or actor.person_id is None:
        raise NotAllowed
    return min(ranges, key=lambda span: (span[1] - span[0], span[0]))[0]


def cash_days_within(actor: Actor) -> Any:
    """Boxes of the units the actor answers for."""
    return CashDay.objects.within(Scope(ranges=actor.scope.ranges, everything_because=actor.scope.everything_because))


def find_my_cash_day(*, actor: Actor, now: datetime) -> CashDayView | None:
    """The clerk's own box of today, or None before the first money. Raises NotAllowed."""
    people.require_role(actor, "centre_clerk")
    row = (
        cash_days_within(actor)
        .filter(clerk_id=actor.person_id, region=desk_of(actor), day=clock.local_date(now))
        .first()
    )
    return cash_day_view(row) if row else None


def access_cash_day(*, actor: Actor, day_uuid: UUID) -> CashDayView:
    """One box, for desk staff of its unit. Raises NotAllowed or CashDayNotFound."""
    people.require_role(actor, *DESK_ROLES)
    row = cash_days_within(actor).filter(uuid=day_uuid).first()
    if row is None:
        raise CashDayNotFound
    return cash_day_view(row)


def access_cash_days_due(*, actor: Actor, now: datetime, limit: int = 30) -> list[CashDayView]:
    """Boxes that wait for a second person, and those of earlier days nobody has counted. Raises NotAllowed."""
    people.require_role(actor, *DESK_ROLES)
    rows = cash_days_within(actor).exclude(state="closed").select_related("clerk", "confirmed_by")
    today = clock.local_date(now)
    due = [row for row in rows.order_by("day", "pk")[: limit * 2] if row.state == "counted" or row.day < today]
    return [cash_day_view(row) for row in due[:limit]]


def cash_day_view(row: CashDay) -> CashDayView:
    """The value of a row, with its movements in order."""
    movements = list(row.movements.select_related("payment__bill", "refund__bill").order_by("at", "pk"))
    taken = sum(each.amount_fen for each in movements if each.amount_fen > 0)
    handed = -sum(each.amount_fen for each in movements if each.amount_fen < 0)
    return CashDayView(
        uuid=row.uuid,
        clerk_id=row.clerk_id,
        clerk=row.clerk.name,
        region=row.region,
        day=row.day,
        opening_fen=row.opening_fen,
        taken_fen=taken,
        handed_fen=handed,
        expected_fen=row.opening_fen + taken - handed,
        counted_fen=row.counted_fen,
        difference_reason=row.difference_reason,
        state=row.state,
        counted_at=row.counted_at,
        confirmed_by=row.confirmed_by.name if row.confirmed_by else "",
        closed_at=row.closed_at,
        movements=tuple(_movement_view(each) for each in movements),
    )


def _movement_view(row: CashMovement) -> CashMovementView:
    cause = row.payment or row.refund
    bill = cause.bill if cause else None
    return CashMovementView(row.at, row.amount_fen, bill.code if bill else "", bill.subject if bill else "")
