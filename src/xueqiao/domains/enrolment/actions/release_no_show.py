from datetime import datetime
from functools import partial

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions._offers import walk_later
from xueqiao.domains.enrolment.actions._places import require_confirmed
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.events import PlaceRemoved, SeatFreed
from xueqiao.domains.enrolment.models import Place
from xueqiao.domains.enrolment.values.seats import NO_SHOW, REMOVED
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.scope import Scope


def release_no_show(*, actor: Actor, place_id: int, absences: int, now: datetime) -> bool:
    """End the place of somebody who stays away without a word; her seat goes to the line. False while nobody waits.

    Nothing goes back to anybody: the money of the meetings to come stays with them and is earned as they are held.
    Called by `learning` alone, which counts, warns and announces. Locks pool and place.
    Raises PlaceNotConfirmed when she is not enrolled any more, or SeatsBusy.
    """
    return seats.with_patience(partial(_release, actor, place_id, absences, now))


def _release(actor: Actor, place_id: int, absences: int, now: datetime) -> bool:
    everything = Scope.everything("the rule of absences, counted by learning")
    run_id = Place.objects.within(everything).values_list("run_id", flat=True).get(pk=place_id)
    pool = seats.lock_line(run_id)
    place = Place.objects.within(everything).select_for_update().get(pk=place_id)
    require_confirmed(place)
    if pool is None or not pool.waiting:
        return False
    place.state, place.ended_at, place.end_reason = REMOVED, now, NO_SHOW
    place.save(update_fields=["state", "ended_at", "end_reason"])
    classes.show_seats_left(run_id=run_id, seats=seats.free_taken(run_id))
    walk_later(run_id, place.region, now=now)
    record_event(
        PlaceRemoved(place.pk, place.person_id, run_id, place.region, 0, NO_SHOW), region=place.region, now=now
    )
    record_event(SeatFreed(place.pk, place.person_id, run_id, place.region, REMOVED), region=place.region, now=now)
    record_deed(
        actor=actor,
        verb="release_no_show",
        object_kind="place",
        object_id=place.pk,
        now=now,
        region=place.region,
        acting_for_id=place.person_id,
        detail={"absences": absences, "refund_fen": 0},
    )
    return True
