from datetime import datetime
from functools import partial
from uuid import UUID

from xueqiao.domains.enrolment.actions.confirm_seat import confirm_seat
from xueqiao.domains.enrolment.actions.decline_offer import decline_offer
from xueqiao.domains.enrolment.actions.keep_for_counter import keep_for_counter
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.waiting import OfferEnded
from xueqiao.domains.enrolment.models import OfferCall
from xueqiao.domains.enrolment.queries.offers import access_offer, access_offer_row
from xueqiao.domains.enrolment.values.waiting import OPEN, OfferView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.reasons import InvalidInput

NO_ANSWER, WILL_THINK, SAID_YES, SAID_NO = "no_answer", "will_think", "accepted", "declined"
OUTCOMES = (NO_ANSWER, WILL_THINK, SAID_YES, SAID_NO)


def record_offer_call(*, actor: Actor, offer_uuid: UUID, outcome: str, now: datetime) -> OfferView:
    """The desk rang about an offer: write how it went, and do what the person said.

    accepted: a free class is confirmed, a paid one is kept for paying at the centre. declined: as decline_offer.
    no_answer, will_think: only written. Locks pool, place and bill. Raises OfferNotFound, NotAllowed, OfferEnded,
    InvalidInput, or what the deed itself raises; then nothing is written.
    """
    if outcome not in OUTCOMES:
        raise InvalidInput(what="没有选电话的结果")
    return seats.with_patience(partial(_record, actor, offer_uuid, outcome, now))


def _record(actor: Actor, offer_uuid: UUID, outcome: str, now: datetime) -> OfferView:
    offer = access_offer_row(actor=actor, offer_uuid=offer_uuid)
    people.require_role(actor, people.CENTRE_CLERK, region=offer.region)
    if offer.state != OPEN:
        raise OfferEnded(state_words="已经有了答复")
    if outcome == SAID_YES and offer.place.to_pay_fen:
        keep_for_counter(actor=actor, place_uuid=offer.place.uuid, now=now)
    elif outcome == SAID_YES:
        confirm_seat(actor=actor, place_uuid=offer.place.uuid, now=now)
    elif outcome == SAID_NO:
        decline_offer(actor=actor, offer_uuid=offer_uuid, now=now)
    OfferCall.objects.create(offer=offer, outcome=outcome, called_by_id=actor.person_id or 0, called_at=now)
    record_deed(
        actor=actor,
        verb="record_offer_call",
        object_kind="offer",
        object_id=offer.pk,
        now=now,
        region=offer.region,
        acting_for_id=offer.person_id,
        detail={"outcome": outcome},
    )
    return access_offer(actor=actor, offer_uuid=offer_uuid, now=now)
