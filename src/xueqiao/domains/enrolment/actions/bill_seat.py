from datetime import datetime
from functools import partial
from uuid import UUID

from xueqiao.domains.enrolment.actions._places import lock_held_place
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.seats import NothingToPay, PriceChanged
from xueqiao.domains.enrolment.queries.seats import PURPOSE, get_facts
from xueqiao.domains.payments import api as payments
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.money import yuan


def bill_seat(*, actor: Actor, place_uuid: UUID, agreed_fen: int, now: datetime) -> payments.BillView:
    """Make the bill of a held seat after the person pressed confirm; the same one when pressed again.

    agreed_fen is the price the page showed. When the class's price differs, nothing is billed, and the place shows the
    new price. Due until the hold ends. Locks pool, place and bill.
    Raises PlaceNotFound, PlaceNotHeld, HoldExpired, NothingToPay, PriceChanged, or what require_may_act_for raises.
    """
    bill, to_pay_fen = seats.with_patience(partial(_bill, actor, place_uuid, agreed_fen, now))
    if bill is None:
        raise PriceChanged(price=yuan(to_pay_fen))  # after the commit: the new price is shown from now on
    return bill


def _bill(actor: Actor, place_uuid: UUID, agreed_fen: int, now: datetime) -> tuple[payments.BillView | None, int]:
    place, due_at = lock_held_place(actor=actor, place_uuid=place_uuid, now=now)
    facts = get_facts(place.run_id)
    existing = payments.find_bill_for(purpose=PURPOSE, purpose_id=place.pk)
    if existing is not None:
        return existing, existing.to_pay_fen
    is_new_price = (place.price_fen, place.subsidy_fen) != (facts.price_fen, facts.subsidy_fen)
    if is_new_price:
        place.price_fen, place.subsidy_fen = facts.price_fen, facts.subsidy_fen
        place.to_pay_fen = facts.to_pay_fen
        place.save(update_fields=["price_fen", "subsidy_fen", "to_pay_fen"])
    differs = agreed_fen != place.to_pay_fen
    bill = None
    if not differs:
        if place.to_pay_fen == 0:
            raise NothingToPay
        bill = payments.make_bill(
            actor=actor,
            payer_id=actor.person_id or place.person_id,
            beneficiary_id=place.person_id,
            institution_id=facts.institution_id,
            region=place.region,
            purpose=PURPOSE,
            purpose_id=place.pk,
            subject=f"{facts.title}（{facts.code}）",
            price_fen=place.price_fen,
            subsidy_fen=place.subsidy_fen,
            due_at=due_at,
            now=now,
        )
    return bill, place.to_pay_fen
