"""Reads of the finance desk."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, Sum

from xueqiao.domains.payments.models import Bill, Difference, Payment, Refund, Statement
from xueqiao.domains.payments.values.reconciliation import DifferenceView, MoneyOfDay, StatementView
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.scope import Scope

FINANCE_ROLES = ("county_officer", "city_officer", "province_officer")


def differences_within(actor: Actor) -> Any:
    """Differences an officer may see: of bills in her unit, and those whose bill nobody knows (region 0)."""
    ranges = (*_unit_of(actor).ranges, (0, 0))
    scope = Scope(ranges=ranges, everything_because=actor.scope.everything_because)
    return Difference.objects.within(scope)


def access_differences(*, actor: Actor, is_open: bool = True, limit: int = 100) -> list[DifferenceView]:
    """Differences in the officer's unit, the oldest open first, or the newest closed. Raises NotAllowed."""
    people.require_role(actor, *FINANCE_ROLES)
    rows = differences_within(actor).filter(resolved_at__isnull=is_open).select_related("statement", "owner")
    rows = rows.order_by("found_at", "pk") if is_open else rows.order_by("-resolved_at", "-pk")
    return [_difference_view(row) for row in rows[:limit]]


def count_differences(*, actor: Actor) -> int:
    """How many differences wait in the officer's unit. Raises NotAllowed."""
    people.require_role(actor, *FINANCE_ROLES)
    return int(differences_within(actor).filter(resolved_at__isnull=True).count())


def access_statements(*, actor: Actor, limit: int = 14) -> list[StatementView]:
    """The newest lists of the gateways. They are the platform's as a whole and name nobody. Raises NotAllowed."""
    people.require_role(actor, *FINANCE_ROLES)
    rows = Statement.objects.annotate(
        waiting=Count("differences", filter=Q(differences__resolved_at__isnull=True))
    ).order_by("-day", "gateway")[:limit]
    return [
        StatementView(
            row.pk,
            row.gateway,
            row.day,
            row.line_count,
            row.paid_fen,
            row.refunded_fen,
            row.fee_fen,
            row.waiting,
            row.state,
        )
        for row in rows
    ]


def access_money_of_day(*, actor: Actor, day: date) -> list[MoneyOfDay]:
    """What came in and went out in the officer's unit on a day, by way, the ways with money only. Raises NotAllowed."""
    people.require_role(actor, *FINANCE_ROLES)
    begin = clock.at_local(day, 0)
    span = (begin, begin + timedelta(days=1) - timedelta(microseconds=1))
    bills = Bill.objects.within(_unit_of(actor))
    paid = _by_gateway(
        Payment.objects.filter(settled_at__range=span, state__in=["succeeded", "returned"], bill__in=bills), "gateway"
    )
    back = _by_gateway(Refund.objects.filter(done_at__range=span, state="done", bill__in=bills), "payment__gateway")
    return [MoneyOfDay(name, *paid.get(name, (0, 0)), *back.get(name, (0, 0))) for name in sorted({*paid, *back})]


def _unit_of(actor: Actor) -> Scope:
    """The officer's unit without the persons she acts for in private."""
    return Scope(ranges=actor.scope.ranges, everything_because=actor.scope.everything_because)


def _by_gateway(rows: Any, name: str) -> dict[str, tuple[int, int]]:
    grouped = rows.values_list(name).annotate(Sum("amount_fen"), Count("pk")).order_by()
    return {gateway: (total, count) for gateway, total, count in grouped}


def _difference_view(row: Difference) -> DifferenceView:
    return DifferenceView(
        id=row.pk,
        gateway=row.statement.gateway,
        day=row.statement.day,
        kind=row.kind,
        line_kind=row.line_kind,
        order_code=row.order_code,
        reference=row.reference,
        ours_fen=row.ours_fen,
        theirs_fen=row.theirs_fen,
        ours_state=row.ours_state,
        theirs_state=row.theirs_state,
        found_at=row.found_at,
        owner_id=row.owner_id,
        owner=row.owner.name if row.owner else "",
        resolution=row.resolution,
        resolved_at=row.resolved_at,
    )
