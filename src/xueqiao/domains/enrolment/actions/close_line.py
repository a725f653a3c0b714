from datetime import datetime

from django.db import transaction

from xueqiao.domains.enrolment.actions._offers import end_entry
from xueqiao.domains.enrolment.actions.release_hold import give_back
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.seats import PlaceNotHeld
from xueqiao.domains.enrolment.models import Offer, Place, WaitingEntry
from xueqiao.domains.enrolment.values.seats import HELD
from xueqiao.domains.enrolment.values.waiting import CANCELLED, CLOSED, IN_LINE, OPEN
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.scope import Scope

_EVERYTHING = Scope.everything("the class was taken back")


def close_line(*, run_id: int, reason: str, now: datetime) -> int:
    """End the line of a class that will not be given: entries close, open offers end; return how many.

    An offer that is being paid is left to the refund of its class. Safe to repeat. Locks pool, places and bills.
    """
    actor = Actor.system("close_line")
    with transaction.atomic():
        if seats.lock_line(run_id) is None:
            return 0
        offers = Offer.objects.within(_EVERYTHING).select_for_update().filter(run_id=run_id, state=OPEN)
        entries = WaitingEntry.objects.within(_EVERYTHING).select_for_update()
        closed = 0
        for entry in entries.filter(run_id=run_id, state__in=IN_LINE).order_by("pk"):
            end_entry(entry, CLOSED, reason=reason[:40], now=now)
            closed += 1
        for offer in offers.order_by("pk"):
            offer.state, offer.ended_at = CANCELLED, now
            offer.save(update_fields=["state", "ended_at"])
            place = Place.objects.within(_EVERYTHING).select_for_update().get(pk=offer.place_id)
            if place.state == HELD:
                try:
                    give_back(place, actor=actor, now=now)
                except PlaceNotHeld:
                    continue
        return closed
