"""What several actions do to one place, under its locks. Every function needs an open transaction."""

from datetime import datetime
from uuid import UUID

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions._delivery import plan_delivery
from xueqiao.domains.enrolment.actions._offers import end_offers, walk_later
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.mergers import SeatKeptForMerger
from xueqiao.domains.enrolment.errors.seats import HoldExpired, PlaceNotConfirmed, PlaceNotHeld
from xueqiao.domains.enrolment.events import PlaceConfirmed, PlaceWithdrawn, SeatFreed
from xueqiao.domains.enrolment.models import Place
from xueqiao.domains.enrolment.queries.seats import PURPOSE, access_place_row, get_facts
from xueqiao.domains.enrolment.values.mergers import MERGE_KEY
from xueqiao.domains.enrolment.values.seats import CONFIRMED, EXPIRED, HELD, WITHDRAWN
from xueqiao.domains.enrolment.values.waiting import ACCEPTED
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.scope import Scope
from xueqiao.foundation.undo.api import offer_undo

_STATE_WORDS = {
    CONFIRMED: "已经报名成功",
    EXPIRED: "保留时间已过",
    "released": "已经放弃",
    "withdrawn": "已经退课",
    "removed": "已经移出",
}


def lock_place(*, actor: Actor, place_uuid: UUID, now: datetime) -> Place:
    """Check the authority, then lock the pool and the place; return the place as it is under the lock."""
    place = access_place_row(actor=actor, place_uuid=place_uuid)
    people.require_may_act_for(actor, place.person_id, now=now)
    seats.lock_pool(place.run_id)
    return Place.objects.within(Scope.everything("checked above")).select_for_update().get(pk=place.pk)


def lock_held_place(*, actor: Actor, place_uuid: UUID, now: datetime) -> tuple[Place, datetime]:
    """As lock_place, for a seat that must still be kept; return it and the end of its hold."""
    place = lock_place(actor=actor, place_uuid=place_uuid, now=now)
    return place, require_held(place, now)


def require_held(place: Place, now: datetime) -> datetime:
    """Return the end of the hold; raise HoldExpired or PlaceNotHeld unless the seat is kept at this moment."""
    until = place.hold_until
    if place.state == EXPIRED or (place.state == HELD and (until is None or until <= now)):
        raise HoldExpired
    if place.request_key.startswith(MERGE_KEY):
        raise SeatKeptForMerger
    if place.state != HELD or until is None:
        raise PlaceNotHeld(state_words=_STATE_WORDS.get(place.state, place.state))
    return until


def keep_until(place: Place, until: datetime, *, actor: Actor, verb: str, now: datetime) -> None:
    """Move the end of a hold, and of its bill if there is one. Needs the place's row locked."""
    place.hold_until = until
    place.save(update_fields=["hold_until", "hold_extended", "pays_at_counter"])
    bill = payments.find_bill_for(purpose=PURPOSE, purpose_id=place.pk)
    if bill is not None:
        payments.postpone_bill(actor=actor, bill_id=bill.id, due_at=until, now=now)
    record_deed(
        actor=actor,
        verb=verb,
        object_kind="place",
        object_id=place.pk,
        now=now,
        region=place.region,
        acting_for_id=place.person_id if place.person_id != actor.person_id else None,
        detail={"until": until.isoformat()},
    )


def make_confirmed(place: Place, *, actor: Actor, now: datetime) -> None:
    """Turn a held place into a confirmed one, with its seat. Needs pool and place locked."""
    left = seats.confirm_one(place.run_id)
    place.state, place.confirmed_at = CONFIRMED, now
    place.save(update_fields=["state", "confirmed_at"])
    classes.show_seats_left(run_id=place.run_id, seats=left)
    end_offers([place], ACCEPTED, actor=actor, now=now)
    record_confirmation(place, actor=actor, now=now, was_late=False)


def record_confirmation(place: Place, *, actor: Actor, now: datetime, was_late: bool) -> None:
    """The fact and the deed of a confirmed place, and ten minutes to take it back."""
    offer_undo(
        actor=actor,
        what=f"报名《{get_facts(place.run_id).title}》",
        object_kind="place",
        object_id=place.pk,
        person_id=place.person_id,
        region=place.region,
        reversal_name="enrolment.take_back_place",
        arguments={"place_uuid": str(place.uuid)},
        now=now,
    )
    record_event(
        PlaceConfirmed(place.pk, place.person_id, place.run_id, place.region, place.channel, was_late),
        region=place.region,
        now=now,
    )
    record_deed(
        actor=actor,
        verb="confirm_seat",
        object_kind="place",
        object_id=place.pk,
        now=now,
        region=place.region,
        acting_for_id=place.person_id if place.person_id != actor.person_id else None,
        detail={"late": was_late},
    )


def require_confirmed(place: Place) -> None:
    """Raise PlaceNotConfirmed unless the person is enrolled."""
    if place.state != CONFIRMED:
        raise PlaceNotConfirmed(state_words=_STATE_WORDS.get(place.state, "还没有报名成功"))


def leave(
    place: Place,
    *,
    actor: Actor,
    refund_fen: int,
    words: str,
    source: str,
    is_undo: bool,
    now: datetime,
    fraction: tuple[int, int] | None = None,
    reason: str = "",
) -> None:
    """End a confirmed place: seat back, money back, facts and deed. Needs pool and place locked.

    fraction: the part of every other payer's money that goes back; without it they follow the learner's amount.
    """
    place.state, place.ended_at, place.end_reason = WITHDRAWN, now, words[:40]
    place.save(update_fields=["state", "ended_at", "end_reason"])
    classes.show_seats_left(run_id=place.run_id, seats=seats.free_taken(place.run_id))
    walk_later(place.run_id, place.region, now=now)
    bill = payments.find_bill_for(purpose=PURPOSE, purpose_id=place.pk)
    if bill is not None and bill.has_been_paid and (refund_fen or (fraction and fraction[0])):
        plan_delivery(place, now=now)
        ahead = {s.id for s in classes.sessions_of(place.run_id) if s.starts_at > now and s.state != "cancelled"}
        owed = {part.delivery_id for part in payments.parts_of(bill.id) if part.state == "owed"}
        payments.refund_bill(
            actor=actor,
            bill_id=bill.id,
            learner_amount_fen=refund_fen,
            key=f"withdraw:place:{place.pk}",
            reason=reason or ("十分钟内撤回" if is_undo else "学员退课"),
            rule=f"{words}（{source}）",
            fraction=fraction,
            ends=ahead | owed,
            now=now,
        )
    record_event(
        PlaceWithdrawn(place.pk, place.person_id, place.run_id, place.region, refund_fen, is_undo),
        region=place.region,
        now=now,
    )
    record_event(
        SeatFreed(place.pk, place.person_id, place.run_id, place.region, WITHDRAWN), region=place.region, now=now
    )
    record_deed(
        actor=actor,
        verb="take_back_place" if is_undo else "withdraw",
        object_kind="place",
        object_id=place.pk,
        now=now,
        region=place.region,
        acting_for_id=place.person_id if place.person_id != actor.person_id else None,
        detail={"refund_fen": refund_fen, "rule": words},
    )
