from datetime import datetime
from functools import partial
from uuid import UUID

from xueqiao.domains.enrolment.actions._places import lock_held_place
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.seats import NothingToPay, PriceChanged
from xueqiao.domains.enrolment.models import Place
from xueqiao.domains.enrolment.queries.seats import PURPOSE, get_facts, place_view, quote_for
from xueqiao.domains.enrolment.values.seats import RunFacts
from xueqiao.domains.payments import api as payments
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.money import yuan


def bill_seat(*, actor: Actor, place_uuid: UUID, agreed_fen: int, now: datetime) -> payments.BillView:
    """Make the bill of a held seat after the person pressed confirm; the same one when pressed again.

    agreed_fen is the price the page showed. Concession and vouchers are applied by themselves, so that the bill may be
    lower than the class's price, never higher than what was agreed to; when the class's own price differs, nothing is
    billed, and the place shows the new price. A place of which the learner owes nothing is confirmed by `confirm_seat`.
    Due until the hold ends. Locks pool, place, bill and vouchers.
    Raises PlaceNotFound, PlaceNotHeld, HoldExpired, NothingToPay, PriceChanged, VoucherGone, or what
    require_may_act_for raises.
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
    quote = quote_for(place=place_view(place), now=now)
    # The class's own price was agreed to when nothing personal is taken off, or more is than the page knew of.
    if agreed_fen not in {quote.to_pay_fen, facts.to_pay_fen}:
        return None, quote.to_pay_fen
    if quote.to_pay_fen == 0:
        raise NothingToPay
    return make_place_bill(place, facts, quote, actor=actor, due_at=due_at, now=now), quote.to_pay_fen


def make_place_bill(
    place: Place,
    facts: RunFacts,
    quote: payments.BillQuote,
    *,
    actor: Actor,
    due_at: datetime,
    now: datetime,
) -> payments.BillView:
    """The bill of a place at a quoted price. Needs the place's row locked. Raises VoucherGone."""
    return payments.make_bill(
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
        quote=quote,
        due_at=due_at,
        now=now,
    )
