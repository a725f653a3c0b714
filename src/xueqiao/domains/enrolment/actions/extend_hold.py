from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from xueqiao.domains.enrolment.actions._places import keep_until, lock_held_place
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.seats import HoldExtendedAlready
from xueqiao.domains.enrolment.parameters import HOLD_MINUTES
from xueqiao.domains.enrolment.queries.seats import place_view
from xueqiao.domains.enrolment.rules.seats import when
from xueqiao.domains.enrolment.values.seats import PlaceView
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.parameters.api import parameter_at


def extend_hold(*, actor: Actor, place_uuid: UUID, now: datetime) -> PlaceView:
    """Keep a held seat as long again, once. Locks pool, place and bill.

    Raises PlaceNotFound, PlaceNotHeld, HoldExpired, HoldExtendedAlready, or what require_may_act_for raises.
    """
    return seats.with_patience(partial(_extend, actor, place_uuid, now))


def _extend(actor: Actor, place_uuid: UUID, now: datetime) -> PlaceView:
    place, until = lock_held_place(actor=actor, place_uuid=place_uuid, now=now)
    if place.hold_extended or place.pays_at_counter or place.is_offered:  # an offer has its own, longer time
        raise HoldExtendedAlready(until=when(until))
    minutes = int(parameter_at(HOLD_MINUTES.name, region=place.region, on=clock.local_date(now)).value)
    place.hold_extended = True
    keep_until(place, until + timedelta(minutes=minutes), actor=actor, verb="extend_hold", now=now)
    return place_view(place)
