from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions._delivery import BILLS_AT_ONCE
from xueqiao.domains.enrolment.queries.seats import PURPOSE
from xueqiao.domains.enrolment.queries.settlement import places_with_money
from xueqiao.domains.payments import api as payments


def use_make_ups(*, run_id: int, now: datetime, just_held: Collection[int] = ()) -> int:
    """Let owed money wait for meetings that were added to a class since; return how many parts found one.

    Needs nothing but the timetable: the earliest meeting ahead (or just held) that a bill does not pay for yet makes up
    for the earliest owed one. Locks each bill's row in turn.
    """
    with transaction.atomic():
        places = {place.pk: place for place in places_with_money(run_id)}
        ids = list(places)
        bills: dict[int, payments.BillView] = {}
        for first in range(0, len(ids), BILLS_AT_ONCE):
            bills |= payments.find_bills_for(purpose=PURPOSE, purpose_ids=ids[first : first + BILLS_AT_ONCE])
        owed_by = payments.bills_owing(bill.id for bill in bills.values())
        owing = [bill for bill in bills.values() if bill.id in owed_by]
        if not owing:
            return 0
        meetings = [
            s for s in classes.sessions_of(run_id) if s.id in just_held or (s.state == "planned" and s.ends_at > now)
        ]
        found = 0
        for bill in sorted(owing, key=lambda b: b.id):
            joined = places[bill.purpose_id].confirmed_at or now
            parts = payments.parts_of(bill.id)
            known = {part.delivery_id for part in parts}
            free = [s.id for s in meetings if s.id not in known and s.ends_at > joined]
            owed = [part.delivery_id for part in parts if part.state == "owed"]
            for missed, made_up_by in zip(owed, free, strict=False):
                found += payments.owe_part(bill_id=bill.id, delivery_id=missed, made_up_by=made_up_by, now=now)
        return found
