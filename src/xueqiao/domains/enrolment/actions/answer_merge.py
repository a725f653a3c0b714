from datetime import datetime
from functools import partial
from uuid import UUID

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.mergers import KeptSeatGone, MergeAnswered
from xueqiao.domains.enrolment.errors.seats import TimeClash
from xueqiao.domains.enrolment.events import PlaceMoved, PlaceRemoved, SeatFreed
from xueqiao.domains.enrolment.models import MergeAsk, Place
from xueqiao.domains.enrolment.queries.mergers import access_ask_row, ask_view
from xueqiao.domains.enrolment.queries.seats import PURPOSE, facts_of, limits_at, live_places_of
from xueqiao.domains.enrolment.rules.changes import money_words, organiser_refund
from xueqiao.domains.enrolment.rules.seats import find_clash
from xueqiao.domains.enrolment.values.mergers import AGREED, ASKED, DECLINED, MergeAskView
from xueqiao.domains.enrolment.values.seats import CONFIRMED, HELD, RELEASED, REMOVED
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.scope import Scope


def answer_merge(*, actor: Actor, ask_uuid: UUID, agrees: bool, now: datetime) -> MergeAskView:
    """Say yes or no to moving to the other class, once, before the stated time.

    Yes: the place keeps its number and its bill and is now one of the other class; when that costs less the difference
    goes back, when it costs more nothing is charged. No: the place ends and everything goes back. The same answer twice
    is one answer. Locks: person, pools by id, places by id, bill.
    Raises MergeAskNotFound, MergeAnswered, KeptSeatGone, TimeClash, or what require_may_act_for raises.
    """
    return seats.with_patience(partial(_answer, actor, ask_uuid, agrees, now))


def _answer(actor: Actor, ask_uuid: UUID, agrees: bool, now: datetime) -> MergeAskView:
    known = access_ask_row(actor=actor, ask_uuid=ask_uuid)
    people.require_may_act_for(actor, known.place.person_id, now=now)
    decision = known.decision
    target, ask_until = decision.terms()
    lock(LockSpace.PERSON_TIMETABLE, [known.place.person_id])
    for run_id in sorted((decision.run_id, target.pk)):
        seats.lock_pool(run_id)
    everything = Scope.everything("checked above")
    rows = Place.objects.within(everything).select_for_update().filter(pk__in=[known.place_id, known.kept_id])
    places = {place.pk: place for place in rows.order_by("pk")}
    ask = MergeAsk.objects.within(everything).select_for_update(of=("self",)).get(pk=known.pk)
    ask.place, ask.kept, ask.decision = places[known.place_id], places[known.kept_id], decision
    if ask.state == (AGREED if agrees else DECLINED):
        return ask_view(ask)
    if ask.state != ASKED or now >= ask_until or ask.place.state != CONFIRMED:
        raise MergeAnswered
    before = ask_view(ask)
    ask.refund_fen = _move(ask, before, actor, now) if agrees else _leave(ask, actor, now)
    ask.state, ask.answered_at, ask.answered_by_id = AGREED if agrees else DECLINED, now, actor.person_id
    ask.save(update_fields=["state", "answered_at", "answered_by", "refund_fen"])
    record_deed(
        actor=actor,
        verb="agree_to_merge" if agrees else "decline_merge",
        object_kind="place",
        object_id=ask.place_id,
        now=now,
        region=ask.place.region,
        acting_for_id=ask.place.person_id if ask.place.person_id != actor.person_id else None,
        detail={"from": decision.run_id, "to": target.pk, "refund_fen": ask.refund_fen},
    )
    return ask_view(ask)


def _move(ask: MergeAsk, before: MergeAskView, actor: Actor, now: datetime) -> int:
    """The kept seat becomes hers, the old one is given up; return the difference that goes back."""
    place, kept, decision = ask.place, ask.kept, ask.decision
    target, _ = decision.terms()
    if kept.state != HELD or kept.hold_until is None or kept.hold_until <= now or target.state != "published":
        raise KeptSeatGone
    _require_no_clash(place, decision.run_id, target.pk, now)
    kept.state, kept.ended_at, kept.end_reason = RELEASED, now, "merged"
    kept.save(update_fields=["state", "ended_at", "end_reason"])
    classes.show_seats_left(run_id=target.pk, seats=seats.confirm_one(target.pk))
    seats.close_pool(decision.run_id, taken=1)
    place.run, place.region = target, target.region
    place.save(update_fields=["run", "region"])
    if before.back_fen:
        _refund(place, before.back_fen, "merge", "并班差价", "并到便宜的班，差价全退", actor, now)
    record_event(
        PlaceMoved(place.pk, place.person_id, decision.run_id, target.pk, place.region, before.back_fen),
        region=place.region,
        now=now,
    )
    return before.back_fen


def _leave(ask: MergeAsk, actor: Actor, now: datetime) -> int:
    """The place ends, the kept seat is free again; return what goes back: everything."""
    place, kept, decision = ask.place, ask.kept, ask.decision
    release_kept(kept, now=now)
    bill = payments.find_bill_for(purpose=PURPOSE, purpose_id=place.pk)
    paid = bill.refundable_fen if bill is not None and bill.has_been_paid else 0
    refund = organiser_refund(paid_fen=paid, sold=0, delivered=0)
    place.state, place.ended_at, place.end_reason = REMOVED, now, "merge_declined"
    place.save(update_fields=["state", "ended_at", "end_reason"])
    seats.close_pool(decision.run_id, taken=1)
    if refund.refund_fen:
        words = f"{refund.words}（{refund.source}）"
        _refund(place, refund.refund_fen, "merge", "不同意并班", words, actor, now)
    record_event(
        PlaceRemoved(place.pk, place.person_id, place.run_id, place.region, refund.refund_fen, "merge_declined"),
        region=place.region,
        now=now,
    )
    return refund.refund_fen


def release_kept(kept: Place, *, now: datetime) -> None:
    """Give the seat kept in the other class back, unless it has ended. Needs its pool and its row locked."""
    if kept.state != HELD:
        return
    kept.state, kept.ended_at, kept.end_reason = RELEASED, now, "merge_over"
    kept.save(update_fields=["state", "ended_at", "end_reason"])
    classes.show_seats_left(run_id=kept.run_id, seats=seats.free_held(kept.run_id))
    record_event(SeatFreed(kept.pk, kept.person_id, kept.run_id, kept.region, RELEASED), region=kept.region, now=now)


def _refund(place: Place, amount_fen: int, key: str, reason: str, rule: str, actor: Actor, now: datetime) -> None:
    bill = payments.find_bill_for(purpose=PURPOSE, purpose_id=place.pk)
    if bill is None:
        return
    payments.refund_bill(
        actor=actor,
        bill_id=bill.id,
        learner_amount_fen=amount_fen,
        key=f"{key}:place:{place.pk}",
        reason=reason,
        rule=rule,
        now=now,
    )
    people.notify(
        [
            people.NoticeWanted(
                place.person_id,
                f"{reason}：{money_words(amount_fen)}。",
                {"name": place.person.name, "title": place.run.title, "outcome": money_words(amount_fen)},
                "/mine/",
            )
        ],
        template="merge_done",
        key=f"merge_done:{place.pk}",
        now=now,
    )


def _require_no_clash(place: Place, run_id: int, target_id: int, now: datetime) -> None:
    """Raise TimeClash when the other class collides with what else the learner has. Needs the person's lock."""
    others = {other.run_id for other in live_places_of(place.person_id, now=now)} - {run_id, target_id}
    facts = facts_of({target_id} | others)
    clash = find_clash(
        [m for m in facts[target_id].meetings if m.ends_at > now],
        [m for other in others if other in facts for m in facts[other].meetings if m.ends_at > now],
        travel_minutes=limits_at(facts[target_id], now=now).travel_minutes,
    )
    if clash is not None:
        raise TimeClash(clash=clash.words)
