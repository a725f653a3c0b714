"""Reads about how many seats a class may have."""

from datetime import datetime

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.models import AdmissionRound, RoundRun, SeatPool
from xueqiao.domains.enrolment.queries.seats import STAFF_ROLES
from xueqiao.domains.enrolment.queries.waiting import winners_left
from xueqiao.domains.enrolment.rules.capacity import fewest_seats
from xueqiao.domains.enrolment.values.capacity import SeatLimits
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor


def access_seat_limits(*, actor: Actor, run_id: int, now: datetime) -> SeatLimits:
    """The seats of a class with the bounds of a change, for its staff. Raises NotAllowed, UnknownClass."""
    run = classes.get_class_by_id(run_id, now=now)
    people.require_role(actor, *STAFF_ROLES, region=run.region)
    pool = SeatPool.objects.filter(run_id=run_id).first() or SeatPool(run_id=run_id, capacity=run.card.capacity)
    room = classes.smallest_room_to_come(run_id, now=now)
    promised = find_promise(run_id)
    least = fewest_seats(held=pool.held, kept=pool.kept, taken=pool.taken, learners_min=run.learners_min)
    return SeatLimits(
        capacity=pool.capacity,
        held=pool.held,
        taken=pool.taken,
        kept=pool.kept,
        waiting=pool.waiting,
        learners_min=run.learners_min,
        least=max(least, pool.capacity) if promised else least,
        most=max(pool.capacity, min(room[1], classes.CAPACITY_MAX)) if room else pool.capacity,
        room_name=room[0] if room else "",
        promised_by=promised.title if promised else "",
    )


def living_rounds(run_id: int) -> list[int]:
    """Ids of the rounds a class stands in that were not cancelled: one at most."""
    return list(RoundRun.objects.filter(run_id=run_id, is_live=True).values_list("round_id", flat=True))


def find_promise(run_id: int) -> AdmissionRound | None:
    """The round that has published this class's seats and not yet handed them all to its winners, or None."""
    row = (
        AdmissionRound.objects.filter(runs__run_id=run_id, runs__is_live=True, state__in=["open", "frozen", "drawn"])
        .order_by("-pk")
        .first()
    )
    if row is None or row.state != "drawn":
        return row
    return row if winners_waiting(row.pk, run_id) else None


def winners_waiting(round_id: int, run_id: int) -> bool:
    """True while a winner of this class has neither an offer nor a place in its line."""
    return winners_left(run_id).filter(round_id=round_id).exists()
