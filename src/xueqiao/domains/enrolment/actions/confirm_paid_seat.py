from datetime import datetime
from functools import partial

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions._places import make_confirmed, record_confirmation
from xueqiao.domains.enrolment.actions.end_cancelled_run import end_cancelled_run
from xueqiao.domains.enrolment.actions.expire_holds import expire_run_holds
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.events import LatePaymentReturned
from xueqiao.domains.enrolment.models import Place
from xueqiao.domains.enrolment.queries.lists import listed_among
from xueqiao.domains.enrolment.queries.seats import PURPOSE, facts_of, limits_at, live_places_of, place_view
from xueqiao.domains.enrolment.rules.seats import find_clash
from xueqiao.domains.enrolment.values.seats import CONFIRMED, EXPIRED, HELD, PlaceView
from xueqiao.domains.payments import api as payments
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.scope import Scope


def confirm_paid_seat(*, place_id: int, now: datetime) -> PlaceView:
    """Keep the promise after the money came: enrol, or give all of it back. Never neither.

    held (also past its time, as long as nobody ended it): confirmed. expired: confirmed when a seat is still free and
    the person has not taken this class, or another at the same time, since; otherwise refunded in full. released:
    refunded in full. A place that was confirmed once kept its promise then: whoever ended it since settled the money,
    and news that comes again, or late, gives nothing more back. Safe to repeat. Locks: person, pool, place, bill.
    """
    return seats.with_patience(partial(_confirm, place_id, now))


def _confirm(place_id: int, now: datetime) -> PlaceView:
    everything = Scope.everything("money came for this place")
    actor = Actor.system("confirm_paid_seat")
    known = Place.objects.within(everything).get(pk=place_id)
    lock(LockSpace.PERSON_TIMETABLE, [known.person_id])
    end_cancelled_run(run_id=known.run_id, now=now)  # of a class that is no more, all of it goes back
    seats.lock_pool(known.run_id)
    place = Place.objects.within(everything).select_for_update().get(pk=place_id)
    bill = payments.find_bill_for(purpose=PURPOSE, purpose_id=place_id)  # under the lock: a withdrawal refunds under it
    if bill is None or not bill.has_been_paid or bill.refundable_fen == 0 or place.confirmed_at is not None:
        return place_view(place)
    if place.state == HELD:
        make_confirmed(place, actor=actor, now=now)
        return place_view(place)
    reason = "座位已经放弃" if place.state != EXPIRED else _why_not_again(place, now)
    if not reason:
        left = seats.take_one(place.run_id)
        if left is None and expire_run_holds(run_id=place.run_id, now=now):
            left = seats.take_one(place.run_id)
        if left is not None:
            place.state, place.confirmed_at = CONFIRMED, now
            place.ended_at, place.end_reason = None, ""
            place.save(update_fields=["state", "confirmed_at", "ended_at", "end_reason"])
            classes.show_seats_left(run_id=place.run_id, seats=left)
            record_confirmation(place, actor=actor, now=now, was_late=True)
            return place_view(place)
        reason = "付款到达时座位已满"
    refund = payments.refund_bill(
        actor=actor,
        bill_id=bill.id,
        learner_amount_fen=bill.refundable_fen,
        key=f"late:place:{place.pk}",
        reason=reason,
        rule="付款晚到而座位已经没有，全额原路退回",
        now=now,
    )
    record_event(
        LatePaymentReturned(place.pk, place.person_id, place.run_id, place.region, refund.amount_fen if refund else 0),
        region=place.region,
        now=now,
    )
    return place_view(place)


def _why_not_again(place: Place, now: datetime) -> str:
    """Why an expired place cannot come back, or "". Needs the person's lock and the pool's."""
    facts = facts_of([place.run_id])[place.run_id]
    if facts.state != "published":
        return "这个班已经不招生"
    if facts.host and not listed_among([(facts.id, place.person_id)], now=now):
        return f"这个班现在凭名单报名，座位是{facts.host}给员工订的"
    others = live_places_of(place.person_id, now=now)
    if any(other.run_id == place.run_id for other in others):
        return "已经另外报了这个班"
    meetings = facts_of({other.run_id for other in others})
    clash = find_clash(
        [m for m in facts.meetings if m.ends_at > now],
        [m for other in meetings.values() for m in other.meetings if m.ends_at > now],
        travel_minutes=limits_at(facts, now=now).travel_minutes,
    )
    return f"同一时间已经另外报了课：{clash.words}" if clash else ""
