from datetime import datetime
from functools import partial
from uuid import UUID

from xueqiao.domains.enrolment.actions.confirm_seat import confirm_seat
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.waiting import OfferEnded
from xueqiao.domains.enrolment.queries.offers import access_offer, access_offer_row
from xueqiao.domains.enrolment.values.waiting import DECLINED, OfferView
from xueqiao.foundation.audit.api import Actor


def accept_offer(*, actor: Actor, offer_uuid: UUID, now: datetime) -> OfferView:
    """Say yes to an offered seat: a free class is confirmed; for a paid one the bill of its place is what accepts it.

    Repeating it changes nothing. Locks pool and place. Raises OfferNotFound, OfferEnded, HoldExpired, PaymentNeeded for
    a paid class (the seat stays held), PriceChanged, or what require_may_act_for raises.
    """
    return seats.with_patience(partial(_accept, actor, offer_uuid, now))


def _accept(actor: Actor, offer_uuid: UUID, now: datetime) -> OfferView:
    run_id = access_offer_row(actor=actor, offer_uuid=offer_uuid).run_id
    seats.lock_pool(run_id)  # what she answered a moment ago on another phone is read under the lock
    offer = access_offer_row(actor=actor, offer_uuid=offer_uuid)
    if offer.state == DECLINED:
        raise OfferEnded(state_words="您已经回了“这次不要”")
    confirm_seat(actor=actor, place_uuid=offer.place.uuid, now=now)
    return access_offer(actor=actor, offer_uuid=offer_uuid, now=now)
