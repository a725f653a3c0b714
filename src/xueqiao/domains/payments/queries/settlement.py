"""Reads of settlement: what is held, what was earned, what went back, by payer."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Sum

from xueqiao.domains.payments.models import Bill, BillPart, BillShare, Refund, ShareMove
from xueqiao.domains.payments.parameters import REFUND_DAYS
from xueqiao.domains.payments.queries.bills import DESK_ROLES
from xueqiao.domains.payments.values.bills import Share
from xueqiao.domains.payments.values.settlement import EarnedLine, LateRefund, PartView
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.scope import Scope


def bills_paying_for(*delivery_ids: int, states: Sequence[str]) -> list[int]:
    """Ids of the bills that have a part for one of the deliveries in one of the given states, in order.

    For the domain above: whoever moved here from another class is among them.
    """
    rows = BillPart.objects.filter(delivery_id__in=delivery_ids, state__in=states).order_by("bill_id")
    return list(rows.values_list("bill_id", flat=True).distinct())


def deliveries_waiting(bill_id: int) -> list[int]:
    """Deliveries a bill's held money still pays for, in order of planning; owed ones too."""
    rows = BillPart.objects.filter(bill_id=bill_id, state__in=["waiting", "owed"]).order_by("pk")
    return list(rows.values_list("delivery_id", flat=True))


def parts_of(bill_id: int) -> list[PartView]:
    """The parts of a bill in order of planning. For callers that may see the bill."""
    rows = BillPart.objects.filter(bill_id=bill_id).order_by("pk")[:200]
    return [PartView(row.delivery_id, row.state, row.moved_at) for row in rows]


def bills_without_parts(bill_ids: Iterable[int]) -> set[int]:
    """Which of these bills have no meeting planned yet: one query for a whole class."""
    ids = set(bill_ids)
    return ids - set(BillPart.objects.filter(bill_id__in=ids).values_list("bill_id", flat=True).distinct())


def bills_owing(bill_ids: Iterable[int]) -> set[int]:
    """Which of these bills paid for a meeting that fell out and is neither made up nor paid back: one query."""
    rows = BillPart.objects.filter(bill_id__in=set(bill_ids), state="owed")
    return set(rows.values_list("bill_id", flat=True).distinct())


def owes_parts(bill_id: int) -> bool:
    """True when a meeting the bill paid for fell out and is neither made up nor paid back."""
    return BillPart.objects.filter(bill_id=bill_id, state="owed").exists()


def parts_owed_before(moment: datetime, *, limit: int = 500) -> list[tuple[int, int, datetime]]:
    """(bill, delivery, since) of meetings that fell out before a moment and were not made up, oldest first."""
    rows = BillPart.objects.filter(state="owed", moved_at__lte=moment).order_by("moved_at", "pk")[:limit]
    return [(row.bill_id, row.delivery_id, row.moved_at or moment) for row in rows]


def shares_now(bill_ids: Iterable[int]) -> dict[int, tuple[Share, ...]]:
    """Shares with what was released and returned, by bill; at most 500 bills. For callers that may see the bills."""
    found: dict[int, tuple[Share, ...]] = {}
    for row in BillShare.objects.filter(bill_id__in=list(bill_ids)[:500]).order_by("bill_id", "pk"):
        share = Share(row.payer_kind, row.amount_fen, row.source_id, row.released_fen, row.returned_fen)
        found[row.bill_id] = (*found.get(row.bill_id, ()), share)
    return found


def earned_by_payer(*, institution_id: int, since: datetime, until: datetime) -> list[EarnedLine]:
    """What each payer owes an institution for meetings delivered in [since, until): released less taken back."""
    sums = (
        ShareMove.objects.filter(
            share__bill__institution_id=institution_id,
            kind__in=["released", "taken_back"],
            moved_at__gte=since,
            moved_at__lt=until,
        )
        .values_list("share__payer_kind", "kind")
        .annotate(total=Sum("amount_fen"))
        .order_by()
    )
    totals: dict[str, int] = {}
    for payer, kind, amount in sums:
        totals[payer] = totals.get(payer, 0) + (amount if kind == "released" else -amount)
    return [EarnedLine(payer, totals[payer]) for payer in sorted(totals) if totals[payer]]


def refunds_asked_before(moment: datetime, *, limit: int = 200) -> list[LateRefund]:
    """Refunds that have waited since before a moment, longest first: for the job that warns."""
    rows = Refund.objects.select_related("bill", "payment").filter(state="asked", asked_at__lte=moment)
    return [_late(row) for row in rows.order_by("asked_at", "pk")[:limit]]


def access_refunds_waiting(*, actor: Actor, now: datetime | None = None, limit: int = 100) -> list[LateRefund]:
    """Refunds on their way in the actor's units, longest waiting first. For desk staff. Raises NotAllowed.

    With `now` each says how long it has waited and whether that is longer than the rule allows there.
    """
    people.require_role(actor, *DESK_ROLES)
    bills = Bill.objects.within(Scope(ranges=actor.scope.ranges))
    rows = Refund.objects.select_related("bill", "payment").filter(state="asked", bill__in=bills)
    return [_aged(_late(row), now) if now else _late(row) for row in rows.order_by("asked_at", "pk")[:limit]]


def days_allowed(late: LateRefund, now: datetime) -> int:
    """Days within which this refund must reach its payer, by the rule of its place."""
    allowed = parameter_at(
        REFUND_DAYS.name, region=late.region, on=clock.local_date(now), institution_id=late.institution_id
    )
    return int(allowed.value)


def _aged(late: LateRefund, now: datetime) -> LateRefund:
    days = (now - late.asked_at).days
    return replace(late, days_waiting=days, is_overdue=days >= days_allowed(late, now))


def _late(row: Refund) -> LateRefund:
    return LateRefund(
        refund_id=row.pk,
        bill_id=row.bill_id,
        bill_code=row.bill.code,
        region=row.bill.region,
        institution_id=row.bill.institution_id,
        amount_fen=row.amount_fen,
        asked_at=row.asked_at,
        method=row.payment.method,
    )
