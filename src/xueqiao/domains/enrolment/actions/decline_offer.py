from datetime import datetime
from functools import partial
from uuid import UUID

from xueqiao.domains.enrolment.actions._places import lock_place
from xueqiao.domains.enrolment.actions.release_hold import give_back
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.waiting import OfferEnded
from xueqiao.domains.enrolment.queries.offers import access_offer, access_offer_row
from xueqiao.domains.enrolment.values.seats import CONFIRMED, HELD
from xueqiao.domains.enrolment.values.waiting import OfferView
from xueqiao.foundation.audit.api import Actor


def decline_offer(*, actor: Actor, offer_uuid: UUID, now: datetime) -> OfferView:
    """Say no to an offered seat: it goes to the next at once. The first time the place in line is kept.

    Repeating it changes nothing. Locks pool, place and bill.
    Raises OfferNotFound, OfferEnded when the seat was accepted, PlaceNotHeld when it is being paid, or what
    require_may_act_for raises.
    """
    return seats.with_patience(partial(_decline, actor, offer_uuid, now))


def _decline(actor: Actor, offer_uuid: UUID, now: datetime) -> OfferView:
    offer = access_offer_row(actor=actor, offer_uuid=offer_uuid)
    place = lock_place(actor=actor, place_uuid=offer.place.uuid, now=now)
    if place.state == CONFIRMED:
        raise OfferEnded(state_words="已经报名成功，要退请走退课")
    if place.state == HELD:
        give_back(place, actor=actor, now=now)
    return access_offer(actor=actor, offer_uuid=offer_uuid, now=now)
