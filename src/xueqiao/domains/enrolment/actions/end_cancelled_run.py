from datetime import datetime
from functools import partial

from django.db import connection

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions._delivery import plan_delivery
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.events import PlaceRemoved
from xueqiao.domains.enrolment.models import Place
from xueqiao.domains.enrolment.queries.changes import is_cancelled
from xueqiao.domains.enrolment.queries.seats import PURPOSE
from xueqiao.domains.enrolment.rules.changes import money_words, organiser_refund
from xueqiao.domains.enrolment.values.changes import CLASS_CANCELLED
from xueqiao.domains.enrolment.values.seats import HELD, LIVE, RELEASED, REMOVED, RefundRule
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.scope import Scope

BATCH = 100
_EVERYTHING = Scope.everything("the organiser cancelled the class")


def end_cancelled_run(*, run_id: int, now: datetime) -> int:
    """End the live places of a cancelled class: money back to every payer, a notice to the learner; return how many.

    Before the first meeting everything goes back, later the part not given (rules.changes.organiser_refund). Works in
    batches, each with its seats, refunds, notices and facts in one transaction; inside somebody else's transaction one
    batch is done, and the sweep takes whatever is left or comes late. Safe to repeat: an ended place stays ended, and a
    refund has one key per place. Locks: pool, places by id, bills.
    """
    ended = 0
    while True:
        batch = seats.with_patience(partial(_end_batch, run_id, now))
        ended += batch
        if batch < BATCH or connection.in_atomic_block:
            return ended


def _end_batch(run_id: int, now: datetime) -> int:
    if not is_cancelled(run_id):
        return 0
    seats.lock_pool(run_id)
    run = classes.get_class_by_id(run_id, now=now)
    places = list(
        Place.objects.within(_EVERYTHING)
        .select_for_update(of=("self",))
        .select_related("person")
        .filter(run_id=run_id, state__in=LIVE)
        .order_by("pk")[:BATCH]
    )
    bills = payments.find_bills_for(purpose=PURPOSE, purpose_ids=[place.pk for place in places])
    delivery = classes.delivery_of(run_id, now=now)
    held = sum(place.state == HELD for place in places)
    told = []
    for place in places:
        back = _end(place, bills.get(place.pk), run, delivery, now)
        words = money_words(back)
        told.append(
            people.NoticeWanted(
                place.person_id,
                f"《{run.card.title}》停办了，原因：{run.end_reason}。{words}。想上别的班可以去找课。",
                {"name": place.person.name, "title": run.card.title, "money": words},
                "/find/",
            )
        )
    seats.close_pool(run_id, held=held, taken=len(places) - held)
    people.notify(told, template=CLASS_CANCELLED, key=f"{CLASS_CANCELLED}:{run_id}", now=now)
    return len(places)


def _end(
    place: Place,
    bill: payments.BillView | None,
    run: classes.ClassDetail,
    delivery: classes.Delivery,
    now: datetime,
) -> int:
    """End one place and return what goes back. A hold whose money just came counts as paid and gets all of it back."""
    actor = Actor.system(CLASS_CANCELLED)
    was_held = place.state == HELD
    if was_held and bill is not None and payments.close_bill(actor=actor, bill_id=bill.id, has_expired=False, now=now):
        bill = None
    paid = _paid_now(bill)
    refund = organiser_refund(paid_fen=paid, sold=delivery.sold, delivered=0 if was_held else delivery.delivered)
    place.state = RELEASED if was_held and not paid else REMOVED
    place.ended_at, place.end_reason = now, CLASS_CANCELLED
    place.save(update_fields=["state", "ended_at", "end_reason"])
    back = _pay_back(place, bill, run, refund, actor, now) if bill is not None else 0
    record_event(
        PlaceRemoved(place.pk, place.person_id, place.run_id, place.region, back, CLASS_CANCELLED),
        region=place.region,
        now=now,
    )
    record_deed(
        actor=actor,
        verb="end_cancelled_place",
        object_kind="place",
        object_id=place.pk,
        now=now,
        region=place.region,
        detail={"refund_fen": back, "rule": refund.words},
    )
    return back


def _pay_back(
    place: Place, bill: payments.BillView, run: classes.ClassDetail, refund: RefundRule, actor: Actor, now: datetime
) -> int:
    """Send the money of meetings that will not take place back to every payer; return the learner's part.

    A confirmed place's money goes by its meetings, so that one already paid back is not paid back again; what was
    paid for a mere hold goes back whole.
    """
    key, reason = f"cancelled:place:{place.pk}", f"停办：{run.end_reason}"
    rule = f"{refund.words}（{refund.source}）"
    missing = [session.id for session in run.sessions if session.state == "cancelled"]
    plan_delivery(place, now=now, although_cancelled=missing)
    if payments.parts_of(bill.id):
        return payments.return_parts(
            actor=actor, bill_id=bill.id, delivery_ids=missing, key=key, reason=reason, rule=rule, now=now
        )
    if refund.refund_fen:
        payments.refund_bill(
            actor=actor,
            bill_id=bill.id,
            learner_amount_fen=refund.refund_fen,
            key=key,
            reason=reason,
            rule=rule,
            now=now,
        )
    return refund.refund_fen


def _paid_now(bill: payments.BillView | None) -> int:
    """What of the learner's money is here, read again under the locks."""
    if bill is None:
        return 0
    fresh = payments.find_bill_for(purpose=PURPOSE, purpose_id=bill.purpose_id)
    return fresh.refundable_fen if fresh is not None and fresh.has_been_paid else 0
