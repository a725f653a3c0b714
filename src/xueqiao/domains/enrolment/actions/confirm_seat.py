from datetime import datetime
from functools import partial
from uuid import UUID

from xueqiao.domains.enrolment.actions._places import lock_place, make_confirmed, require_held
from xueqiao.domains.enrolment.actions.bill_seat import make_place_bill
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.seats import PaymentNeeded, PriceChanged
from xueqiao.domains.enrolment.models import Place
from xueqiao.domains.enrolment.queries.seats import get_facts, place_view, quote_for
from xueqiao.domains.enrolment.values.seats import CONFIRMED, PlaceView, RunFacts
from xueqiao.domains.payments import api as payments
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.money import yuan


def confirm_seat(*, actor: Actor, place_uuid: UUID, now: datetime) -> PlaceView:
    """Enrol the person of a held seat who has nothing to pay. Repeating it returns the confirmed place.

    The class is free, or subsidy, concession and vouchers carry all of its price: then its bill is made and covered in
    the same transaction. Locks pool, place, bill and vouchers. Raises PlaceNotFound, PlaceNotHeld, HoldExpired,
    PaymentNeeded when something is left to pay, PriceChanged when the class has begun to cost something since the hold,
    VoucherGone, or what require_may_act_for raises.
    """
    return seats.with_patience(partial(_confirm, actor, place_uuid, now))


def _confirm(actor: Actor, place_uuid: UUID, now: datetime) -> PlaceView:
    place = lock_place(actor=actor, place_uuid=place_uuid, now=now)
    if place.state == CONFIRMED:
        return place_view(place)
    due_at = require_held(place, now)
    facts = get_facts(place.run_id)
    if place.to_pay_fen == 0 and facts.to_pay_fen:
        raise PriceChanged(price=yuan(facts.to_pay_fen))
    if facts.price_fen:
        _cover(place, facts, actor=actor, due_at=due_at, now=now)
    elif place.to_pay_fen:
        raise PaymentNeeded
    make_confirmed(place, actor=actor, now=now)
    return place_view(place)


def _cover(place: Place, facts: RunFacts, *, actor: Actor, due_at: datetime, now: datetime) -> None:
    """Make and settle the bill of a price that others carry. Needs pool and place locked."""
    place.price_fen, place.subsidy_fen, place.to_pay_fen = facts.price_fen, facts.subsidy_fen, facts.to_pay_fen
    quote = quote_for(place=place_view(place), now=now)
    if quote.to_pay_fen:
        raise PaymentNeeded
    place.save(update_fields=["price_fen", "subsidy_fen", "to_pay_fen"])
    bill = make_place_bill(place, facts, quote, actor=actor, due_at=due_at, now=now)
    payments.cover_bill(actor=actor, bill_id=bill.id, now=now)
