from datetime import datetime
from functools import partial

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions._offers import end_offers, walk_later
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.seats import SeatsBusy
from xueqiao.domains.enrolment.events import SeatFreed
from xueqiao.domains.enrolment.models import Place
from xueqiao.domains.enrolment.queries.seats import PURPOSE, held_places_due
from xueqiao.domains.enrolment.values.seats import EXPIRED, HELD
from xueqiao.domains.payments import api as payments
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.locks import require_transaction
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.scope import Scope

_BATCH = 500


def expire_holds(*, now: datetime) -> int:
    """End every hold past its time; return how many seats came back. Each class run in a transaction of its own.

    A class whose pool is busy is left for the next turn: nothing waits for this sweep, because `hold_seat` expires what
    is due itself when a class looks full.
    """
    freed = 0
    for run_id in dict.fromkeys(held_places_due(now=now, limit=5_000)):
        try:
            freed += seats.with_patience(partial(expire_run_holds, run_id=run_id, now=now))
        except SeatsBusy:
            continue
    return freed


def expire_run_holds(*, run_id: int, now: datetime) -> int:
    """End the holds of one class that are past their time; return how many seats came back.

    Needs an open transaction; locks the pool, then the places, then their bills. A hold whose bill was paid at the last
    moment is kept: its confirmation is on the way.
    """
    require_transaction()
    if seats.lock_pool(run_id) is None:
        return 0
    due = list(
        Place.objects.within(Scope.everything("holds past their time"))
        .select_for_update()
        .filter(run_id=run_id, state=HELD, hold_until__lte=now)
        .order_by("pk")[:_BATCH]
    )
    bills = payments.find_bills_for(purpose=PURPOSE, purpose_ids=[place.pk for place in due if place.to_pay_fen])
    actor = Actor.system("expire_holds")
    ended = []
    for place in due:
        bill = bills.get(place.pk)
        if bill is not None and not payments.close_bill(actor=actor, bill_id=bill.id, has_expired=True, now=now):
            continue
        place.state, place.ended_at, place.end_reason = EXPIRED, now, "hold_expired"
        ended.append(place)
    if not ended:
        return 0
    Place.objects.within(Scope.everything("holds past their time")).bulk_update(
        ended, ["state", "ended_at", "end_reason"]
    )
    left = seats.free_held(run_id, len(ended))
    classes.show_seats_left(run_id=run_id, seats=left)
    end_offers(ended, EXPIRED, actor=actor, now=now)
    walk_later(run_id, ended[0].region, now=now)
    for place in ended:
        record_event(SeatFreed(place.pk, place.person_id, run_id, place.region, EXPIRED), region=place.region, now=now)
        record_deed(
            actor=actor,
            verb="expire_hold",
            object_kind="place",
            object_id=place.pk,
            now=now,
            region=place.region,
        )
    return len(ended)
