from datetime import datetime
from functools import partial
from uuid import UUID

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions._places import lock_place
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors import AmountMoved, PlaceNotConfirmed, UndoWindowOver
from xueqiao.domains.enrolment.events import PlaceWithdrawn, SeatFreed
from xueqiao.domains.enrolment.queries import PURPOSE, may_undo_until, place_view, refund_now
from xueqiao.domains.enrolment.values import CONFIRMED, WITHDRAWN, WithdrawalView
from xueqiao.domains.payments import api as payments
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.money import yuan
from xueqiao.foundation.outbox.api import record_event


def withdraw(
    *, actor: Actor, place_uuid: UUID, now: datetime, seen_fen: int | None = None, is_undo: bool = False
) -> WithdrawalView:
    """Leave a class: the seat comes back and the money goes back by the dated rule, through the way it came.

    seen_fen: the amount the person was shown; when the rule gives another now, nothing moves (AmountMoved). is_undo:
    within ten minutes of confirming, all of it, whatever the rule (E10); later UndoWindowOver. Repeating a withdrawal
    returns the first one. Locks pool, place and bill.
    Raises PlaceNotFound, PlaceNotConfirmed, AmountMoved, UndoWindowOver, or what require_may_act_for raises.
    """
    return seats.with_patience(partial(_withdraw, actor, place_uuid, now, seen_fen, is_undo))


def _withdraw(actor: Actor, place_uuid: UUID, now: datetime, seen_fen: int | None, is_undo: bool) -> WithdrawalView:
    place = lock_place(actor=actor, place_uuid=place_uuid, now=now)
    bill = payments.find_bill_for(purpose=PURPOSE, purpose_id=place.pk)
    if place.state == WITHDRAWN:
        return WithdrawalView(place_view(place), bill.refunded_fen if bill else 0, place.end_reason, False)
    if place.state != CONFIRMED:
        raise PlaceNotConfirmed(state_words="还没有报名成功，或已经结束")
    view = place_view(place)
    if is_undo:
        if now > may_undo_until(view):
            raise UndoWindowOver
        refund_fen, words, source = (bill.refundable_fen if bill else 0), "十分钟内反悔，全部退还", "国家适老化规范"
    else:
        rule = refund_now(place=view, now=now)
        refund_fen, words, source = rule.refund_fen, rule.words, rule.source
    if seen_fen is not None and seen_fen != refund_fen:
        raise AmountMoved(refund=yuan(refund_fen))
    place.state, place.ended_at, place.end_reason = WITHDRAWN, now, words[:40]
    place.save(update_fields=["state", "ended_at", "end_reason"])
    left = seats.free_taken(place.run_id)
    classes.show_seats_left(run_id=place.run_id, seats=left)
    if bill is not None and refund_fen:
        payments.refund_bill(
            actor=actor,
            bill_id=bill.id,
            learner_amount_fen=refund_fen,
            key=f"withdraw:place:{place.pk}",
            reason="反悔" if is_undo else "学员退课",
            rule=f"{words}（{source}）",
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
        verb="undo_enrolment" if is_undo else "withdraw",
        object_kind="place",
        object_id=place.pk,
        now=now,
        region=place.region,
        acting_for_id=place.person_id if place.person_id != actor.person_id else None,
        detail={"refund_fen": refund_fen, "rule": words},
    )
    return WithdrawalView(place_view(place), refund_fen, words, is_undo)
