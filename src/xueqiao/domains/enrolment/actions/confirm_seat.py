from datetime import datetime
from functools import partial
from uuid import UUID

from xueqiao.domains.enrolment.actions._places import lock_place, make_confirmed, require_held
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.seats import PaymentNeeded, PriceChanged
from xueqiao.domains.enrolment.queries.seats import get_facts, place_view
from xueqiao.domains.enrolment.values.seats import CONFIRMED, PlaceView
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.money import yuan


def confirm_seat(*, actor: Actor, place_uuid: UUID, now: datetime) -> PlaceView:
    """Enrol the person of a held seat in a free class. Repeating it returns the confirmed place. Locks pool and place.

    Raises PlaceNotFound, PlaceNotHeld, HoldExpired, PaymentNeeded when the class costs money, PriceChanged when it has
    begun to since the hold, or what require_may_act_for raises.
    """
    return seats.with_patience(partial(_confirm, actor, place_uuid, now))


def _confirm(actor: Actor, place_uuid: UUID, now: datetime) -> PlaceView:
    place = lock_place(actor=actor, place_uuid=place_uuid, now=now)
    if place.state == CONFIRMED:
        return place_view(place)
    require_held(place, now)
    if place.to_pay_fen:
        raise PaymentNeeded
    facts = get_facts(place.run_id)
    if facts.to_pay_fen:
        raise PriceChanged(price=yuan(facts.to_pay_fen))
    make_confirmed(place, actor=actor, now=now)
    return place_view(place)
