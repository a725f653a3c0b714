from datetime import datetime

from django.db import transaction

from xueqiao.domains.enrolment.actions.bill_seat import bill_seat
from xueqiao.domains.enrolment.actions.confirm_paid_seat import confirm_paid_seat
from xueqiao.domains.enrolment.actions.confirm_seat import confirm_seat
from xueqiao.domains.enrolment.actions.hold_seat import hold_seat
from xueqiao.domains.enrolment.actions.keep_for_counter import keep_for_counter
from xueqiao.domains.enrolment.queries.seats import quote_for
from xueqiao.domains.enrolment.values.seats import CONFIRMED, HELD, PlaceView
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor


def enrol_at_counter(
    *,
    actor: Actor,
    run_id: int,
    person_id: int,
    request_key: str,
    channel: str,
    cash_fen: int | None,
    now: datetime,
) -> PlaceView:
    """A clerk enrols somebody at the desk, on the phone or from a paper form: the same rules and locks as a click.

    Nothing to pay: confirmed. Paid class with cash_fen (what was received, equal to what is left to pay): paid and
    confirmed in one transaction. Paid class with None: held for paying at the centre, 48 hours. The same request_key
    again returns the place as it stands. Raises NotAllowed unless the actor is a clerk in an assisted channel, and all
    that hold_seat, bill_seat and pay_at_counter raise; then nothing moved.
    """
    people.require_role(actor, "centre_clerk")
    with transaction.atomic():
        place = hold_seat(
            actor=actor,
            run_id=run_id,
            person_id=person_id,
            request_key=request_key,
            channel=channel,
            now=now,
        )
        if place.state != HELD:
            return place
        to_pay_fen = quote_for(place=place, now=now).to_pay_fen if place.price_fen else 0
        if to_pay_fen == 0:
            return confirm_seat(actor=actor, place_uuid=place.uuid, now=now)
        bill = bill_seat(actor=actor, place_uuid=place.uuid, agreed_fen=to_pay_fen, now=now)
        if cash_fen is None:
            return keep_for_counter(actor=actor, place_uuid=place.uuid, now=now)
        payments.pay_at_counter(actor=actor, bill_uuid=bill.uuid, cash_fen=cash_fen, now=now)
        # Not left to the event: the slip is printed while the person waits. The event then finds it confirmed.
        confirmed = confirm_paid_seat(place_id=place.id, now=now)
        if confirmed.state != CONFIRMED:  # cannot be while the seat is held under this transaction's locks
            raise RuntimeError("a paid held seat was not confirmed")
        return confirmed
