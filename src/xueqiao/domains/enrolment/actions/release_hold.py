from datetime import datetime
from functools import partial
from uuid import UUID

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions._offers import end_offers, walk_later
from xueqiao.domains.enrolment.actions._places import lock_place
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.seats import PlaceNotHeld
from xueqiao.domains.enrolment.events import SeatFreed
from xueqiao.domains.enrolment.models import Place
from xueqiao.domains.enrolment.queries.seats import PURPOSE, place_view
from xueqiao.domains.enrolment.values.seats import CONFIRMED, HELD, RELEASED, PlaceView
from xueqiao.domains.enrolment.values.waiting import DECLINED
from xueqiao.domains.payments import api as payments
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event


def release_hold(*, actor: Actor, place_uuid: UUID, now: datetime) -> PlaceView:
    """Give a held seat back before its time. Repeating it, or giving back what has ended, changes nothing.

    Locks pool, place and bill. Raises PlaceNotFound, or PlaceNotHeld when the seat is confirmed or its bill is paid.
    """
    return seats.with_patience(partial(_release, actor, place_uuid, now))


def _release(actor: Actor, place_uuid: UUID, now: datetime) -> PlaceView:
    place = lock_place(actor=actor, place_uuid=place_uuid, now=now)
    if place.state == CONFIRMED:
        raise PlaceNotHeld(state_words="已经报名成功，要退请走退课")
    if place.state == HELD:
        give_back(place, actor=actor, now=now)
    return place_view(place)


def give_back(place: Place, *, actor: Actor, now: datetime) -> None:
    """End a held place, its bill and its offer; the seat comes back. Needs pool and place locked.

    Raises PlaceNotHeld when its bill is paid.
    """
    bill = payments.find_bill_for(purpose=PURPOSE, purpose_id=place.pk)
    if bill is not None and not payments.close_bill(actor=actor, bill_id=bill.id, has_expired=False, now=now):
        raise PlaceNotHeld(state_words="已经付款，正在确认")
    place.state, place.ended_at, place.end_reason = RELEASED, now, "released"
    place.save(update_fields=["state", "ended_at", "end_reason"])
    left = seats.free_held(place.run_id)
    classes.show_seats_left(run_id=place.run_id, seats=left)
    end_offers([place], DECLINED, actor=actor, now=now)
    walk_later(place.run_id, place.region, now=now)
    record_event(
        SeatFreed(place.pk, place.person_id, place.run_id, place.region, RELEASED), region=place.region, now=now
    )
    record_deed(
        actor=actor,
        verb="release_hold",
        object_kind="place",
        object_id=place.pk,
        now=now,
        region=place.region,
        acting_for_id=place.person_id if place.person_id != actor.person_id else None,
    )
