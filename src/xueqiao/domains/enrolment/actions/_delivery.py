"""Note which meetings the money of a place pays for. Needs an open transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.models import Place
from xueqiao.domains.enrolment.queries.seats import PURPOSE
from xueqiao.domains.enrolment.rules.settlement import meetings_paid_for
from xueqiao.domains.enrolment.values.settlement import PaidMeeting
from xueqiao.domains.payments import api as payments
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.locks import require_transaction

BILLS_AT_ONCE = 500  # what payments answers at a time


def plan_delivery(place: Place, *, now: datetime, although_cancelled: Collection[int] = ()) -> None:
    """Plan the parts of a paid place's bill, once; meetings held before the plan was made are earned at once.

    although_cancelled: meetings that were cancelled just now, after the money came: they are owed, not left out.
    Repeating it changes nothing. Locks the bill's row.
    """
    require_transaction()
    bill = payments.find_bill_for(purpose=PURPOSE, purpose_id=place.pk)
    if bill is None or not bill.has_been_paid or place.confirmed_at is None:
        return
    sessions = classes.sessions_of(place.run_id)
    paid_for = meetings_paid_for(
        [
            PaidMeeting(s.id, s.starts_at, s.ends_at, s.state == "cancelled" and s.id not in although_cancelled)
            for s in sessions
        ],
        since=place.confirmed_at,
        until=place.ended_at if bill.refunded_fen else None,
    )
    if not payments.plan_parts(bill_id=bill.id, delivery_ids=paid_for, now=now):
        return
    held = {s.id for s in sessions if s.state == "held"}
    for session_id in paid_for:
        if session_id in held:
            payments.release_part(actor=Actor.system("plan_delivery"), bill_id=bill.id, delivery_id=session_id, now=now)


def plan_deliveries(places: Sequence[Place], *, now: datetime, although_cancelled: Collection[int] = ()) -> None:
    """The same for a whole class: one look finds the bills that have no plan yet, and only those are locked.

    After every held meeting this is asked for every paid place, and nearly always there is nothing to do.
    """
    require_transaction()
    bills: dict[int, int] = {}
    ids = [place.pk for place in places]
    for first in range(0, len(ids), BILLS_AT_ONCE):
        found = payments.find_bills_for(purpose=PURPOSE, purpose_ids=ids[first : first + BILLS_AT_ONCE])
        bills |= {place_id: bill.id for place_id, bill in found.items()}
    unplanned = payments.bills_without_parts(bills.values())
    for place in places:
        if bills.get(place.pk) in unplanned:
            plan_delivery(place, now=now, although_cancelled=although_cancelled)
