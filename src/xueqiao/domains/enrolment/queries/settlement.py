"""Reads of settlement: which places a meeting's money belongs to."""

from xueqiao.domains.enrolment.models import Place
from xueqiao.domains.enrolment.queries.seats import PURPOSE
from xueqiao.domains.enrolment.values.seats import CONFIRMED, LIVE, REMOVED, WITHDRAWN
from xueqiao.domains.payments import api as payments
from xueqiao.foundation.scope import Scope


def live_bills_of(run_id: int) -> set[int]:
    """Bills of the places that are live in a class; at most 2,000."""
    rows = Place.objects.within(Scope.everything("settlement looks at the whole class")).filter(
        run_id=run_id, state__in=LIVE, price_fen__gt=0
    )
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:2000])
    bills: set[int] = set()
    for first in range(0, len(ids), 500):
        found = payments.find_bills_for(purpose=PURPOSE, purpose_ids=ids[first : first + 500])
        bills |= {bill.id for bill in found.values()}
    return bills


def places_with_money(run_id: int) -> list[Place]:
    """Places of a class that were confirmed once and cost something, by id; at most 2,000."""
    rows = Place.objects.within(Scope.everything("settlement looks at the whole class")).filter(
        run_id=run_id, state__in=[CONFIRMED, WITHDRAWN, REMOVED], price_fen__gt=0, confirmed_at__isnull=False
    )
    return list(rows.order_by("pk")[:2000])
