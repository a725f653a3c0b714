from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.classes.actions._bookings import lock_booking, settle
from xueqiao.domains.classes.errors.rooms import BadBooking
from xueqiao.domains.classes.queries.rooms import access_booking
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.rooms import CANCELLED, KEEPING, BookingView
from xueqiao.foundation.audit.api import Actor


def cancel_booking(*, actor: Actor, uuid: UUID, reason: str = "", now: datetime) -> BookingView:
    """Give a room back before it begins: the club itself, or the centre with a reason. The room is free at once.

    Locks the booking. Raises UnknownBooking, NotAllowed, BookingAnswered, ReasonNeeded, BadBooking.
    """
    with transaction.atomic():
        booking = lock_booking(actor=actor, uuid=uuid, states=KEEPING)
        why = "借用人取消"
        if actor.person_id != booking.person_id:
            rules.require_may_plan(actor, booking.region)
            why = rules.require_reason(reason)
        if booking.starts_at <= now:
            raise BadBooking(what="已经开始的借用不能取消")
        settle(booking, actor=actor, state=CANCELLED, reason=why, verb="cancel_booking", now=now)
    return access_booking(actor, uuid)
