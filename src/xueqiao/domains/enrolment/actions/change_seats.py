from datetime import datetime
from functools import partial

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions._offers import walk_later
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.seats import SeatsInUse
from xueqiao.domains.enrolment.queries.seats import get_facts, seats_of
from xueqiao.domains.enrolment.values.seats import SeatCount
from xueqiao.foundation.audit.api import Actor, record_deed


def change_seats(*, actor: Actor, run_id: int, capacity: int, now: datetime) -> SeatCount:
    """Follow a class that has more seats, or fewer, than before; new ones go to its line first.

    Who may change a class was asked where it is planned. Locks the pool. Raises SeatsInUse, ClassNotOffered, SeatsBusy.
    """
    return seats.with_patience(partial(_change, actor, run_id, capacity, now))


def _change(actor: Actor, run_id: int, capacity: int, now: datetime) -> SeatCount:
    seats.open_pool(run_id)
    facts = get_facts(run_id)
    left = seats.change_capacity(run_id, capacity)
    if left is None:
        counted = seats_of(run_id)
        raise SeatsInUse(used=counted.held + counted.taken, wanted=capacity)
    classes.show_seats_left(run_id=run_id, seats=left)
    walk_later(run_id, facts.region, now=now)
    record_deed(
        actor=actor,
        verb="change_seats",
        object_kind="class_run",
        object_id=run_id,
        now=now,
        region=facts.region,
        detail={"before": facts.capacity, "after": capacity},
    )
    return seats_of(run_id)
