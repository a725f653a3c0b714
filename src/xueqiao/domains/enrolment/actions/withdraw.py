from datetime import datetime
from functools import partial
from uuid import UUID

from xueqiao.domains.enrolment.actions._places import leave, lock_place, require_confirmed
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.seats import AmountMoved
from xueqiao.domains.enrolment.queries.seats import PURPOSE, place_view, refund_now
from xueqiao.domains.enrolment.values.seats import WITHDRAWN, WithdrawalView
from xueqiao.domains.payments import api as payments
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.money import yuan


def withdraw(*, actor: Actor, place_uuid: UUID, now: datetime, seen_fen: int | None = None) -> WithdrawalView:
    """Leave a class: the seat comes back and the money goes back by the dated rule, through the way it came.

    seen_fen: the amount the person was shown; when the rule gives another now, nothing moves (AmountMoved). Repeating a
    withdrawal returns the first one. Locks pool, place and bill.
    Raises PlaceNotFound, PlaceNotConfirmed, AmountMoved, or what require_may_act_for raises.
    """
    return seats.with_patience(partial(_withdraw, actor, place_uuid, now, seen_fen))


def _withdraw(actor: Actor, place_uuid: UUID, now: datetime, seen_fen: int | None) -> WithdrawalView:
    place = lock_place(actor=actor, place_uuid=place_uuid, now=now)
    if place.state == WITHDRAWN:
        bill = payments.find_bill_for(purpose=PURPOSE, purpose_id=place.pk)
        return WithdrawalView(place_view(place), bill.refunded_fen if bill else 0, place.end_reason, False)
    require_confirmed(place)
    rule = refund_now(place=place_view(place), now=now)
    if seen_fen is not None and seen_fen != rule.refund_fen:
        raise AmountMoved(refund=yuan(rule.refund_fen))
    leave(
        place,
        actor=actor,
        refund_fen=rule.refund_fen,
        words=rule.words,
        source=rule.source,
        is_undo=False,
        now=now,
        fraction=(rule.part, rule.whole),
    )
    return WithdrawalView(place_view(place), rule.refund_fen, rule.words, False)
