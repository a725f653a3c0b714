from datetime import datetime
from functools import partial
from uuid import UUID

from xueqiao.domains.enrolment.actions._offers import end_entry, members_in
from xueqiao.domains.enrolment.actions.release_hold import give_back
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.models import Offer, Place, WaitingEntry, WaitingMember
from xueqiao.domains.enrolment.queries.offers import access_waiting_row, waiting_views
from xueqiao.domains.enrolment.values.seats import HELD
from xueqiao.domains.enrolment.values.waiting import IN_LINE, LEFT, OFFERED, OPEN, WAITING, WaitingView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.scope import Scope

_EVERYTHING = Scope.everything("checked on its members")


def leave_waiting_list(*, actor: Actor, entry_uuid: UUID, now: datetime, person_id: int | None = None) -> WaitingView:
    """Leave a line at any time, all of an entry or one of its people. An open offer is given back first.

    The others of a party keep their place in line. Repeating it changes nothing. Locks pool, place and bill.
    Raises WaitingEntryNotFound, PlaceNotHeld when its seat is being paid, or what require_may_act_for raises.
    """
    return seats.with_patience(partial(_leave, actor, entry_uuid, person_id, now))


def _leave(actor: Actor, entry_uuid: UUID, person_id: int | None, now: datetime) -> WaitingView:
    known = access_waiting_row(actor=actor, entry_uuid=entry_uuid)
    leaving = [person_id] if person_id is not None else members_in(known)
    for each in leaving:
        people.require_may_act_for(actor, each, now=now)
    seats.lock_pool(known.run_id)
    entry = WaitingEntry.objects.within(_EVERYTHING).select_for_update().get(pk=known.pk)
    if entry.state not in IN_LINE:
        return waiting_views([entry])[0]
    if entry.state == OFFERED:
        _give_back_offers(entry, leaving, actor, now)
        entry.refresh_from_db(from_queryset=WaitingEntry.objects.within(_EVERYTHING))
    rest = [each for each in members_in(entry) if each not in leaving]
    if rest:
        WaitingMember.objects.within(_EVERYTHING).filter(entry=entry, person_id__in=leaving).update(is_live=False)
        entry.size = len(rest)
        entry.save(update_fields=["size"])
    elif entry.state == WAITING:
        end_entry(entry, LEFT, reason="left", now=now)
    record_deed(
        actor=actor,
        verb="leave_waiting_list",
        object_kind="waiting_entry",
        object_id=entry.pk,
        now=now,
        region=entry.region,
        acting_for_id=next((each for each in leaving if each != actor.person_id), None),
    )
    return waiting_views([entry])[0]


def _give_back_offers(entry: WaitingEntry, leaving: list[int], actor: Actor, now: datetime) -> None:
    offered = Offer.objects.within(_EVERYTHING).filter(waiting_entry=entry, state=OPEN, person_id__in=leaving)
    places = (
        Place.objects.within(_EVERYTHING)
        .select_for_update()
        .filter(pk__in=list(offered.values_list("place_id", flat=True)), state=HELD)
    )
    for place in places.order_by("pk"):
        give_back(place, actor=actor, now=now)
