from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

from xueqiao.domains.enrolment.actions._places import keep_until, lock_held_place
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.seats import NothingToPay
from xueqiao.domains.enrolment.queries.seats import counter_hold_until, place_view
from xueqiao.domains.enrolment.values.seats import PlaceView
from xueqiao.foundation.audit.api import Actor


def keep_for_counter(*, actor: Actor, place_uuid: UUID, now: datetime) -> PlaceView:
    """Keep a held seat of a paid class for paying at the centre: 48 hours, never past the next meeting.

    The place's code is what the person says at the desk. Repeating it changes nothing. Locks pool, place and bill.
    Raises PlaceNotFound, PlaceNotHeld, HoldExpired, NothingToPay, or what require_may_act_for raises.
    """
    return seats.with_patience(partial(_keep, actor, place_uuid, now))


def _keep(actor: Actor, place_uuid: UUID, now: datetime) -> PlaceView:
    place, kept_until = lock_held_place(actor=actor, place_uuid=place_uuid, now=now)
    if place.to_pay_fen == 0:
        raise NothingToPay
    if not place.pays_at_counter:
        until = counter_hold_until(place=replace(place_view(place), hold_until=kept_until), now=now)
        place.pays_at_counter = True
        keep_until(place, until, actor=actor, verb="keep_for_counter", now=now)
    return place_view(place)
