from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.classes.actions._bookings import lock_booking, settle
from xueqiao.domains.classes.queries.rooms import access_booking
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.rooms import ASKED, CONFIRMED, REFUSED, BookingView
from xueqiao.foundation.audit.api import Actor


def answer_booking(*, actor: Actor, uuid: UUID, is_confirmed: bool, reason: str = "", now: datetime) -> BookingView:
    """The centre lends the room, or does not and says why; the club is told. A refused room is free at once.

    Locks the booking. Raises UnknownBooking, NotAllowed, BookingAnswered, ReasonNeeded.
    """
    with transaction.atomic():
        booking = lock_booking(actor=actor, uuid=uuid, states=(ASKED,))
        rules.require_may_plan(actor, booking.region)
        why = "" if is_confirmed else rules.require_reason(reason)
        state = CONFIRMED if is_confirmed else REFUSED
        settle(booking, actor=actor, state=state, reason=why, verb="answer_booking", now=now)
    return access_booking(actor, uuid)
