from datetime import datetime
from functools import partial

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions._offers import walk_later
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.admission.rounds import pass_gate
from xueqiao.domains.enrolment.errors.seats import SeatsInUse, SeatsPromised
from xueqiao.domains.enrolment.queries.capacity import find_promise, living_rounds
from xueqiao.domains.enrolment.queries.seats import get_facts, seats_of
from xueqiao.domains.enrolment.values.seats import SeatCount
from xueqiao.foundation.audit.api import Actor, record_deed


def change_seats(*, actor: Actor, run_id: int, capacity: int, now: datetime) -> SeatCount:
    """Give a class more seats, or fewer; new ones go to its line first, and never is one taken from anybody.

    A draft has no pool yet and only its plan changes. Locks the gate of the class's round (shared), the run's row, the
    pool. Raises NotAllowed, UnknownClass, NotInThisState, BadClassPlan, RoomTooSmall, SeatsInUse, SeatsPromised,
    SeatsBusy; then nothing moved.
    """
    return seats.with_patience(partial(_change, actor, run_id, capacity, now))


def _change(actor: Actor, run_id: int, capacity: int, now: datetime) -> SeatCount:
    for round_id in living_rounds(run_id):
        pass_gate(round_id)  # no round is opened, no list frozen and no draw held between the look and the change
    if classes.get_class_by_id(run_id, now=now).state == "published":
        seats.open_pool(run_id)  # with the seats planned until now
    planned = classes.change_capacity(actor=actor, run_id=run_id, capacity=capacity, now=now)
    if planned.state != "published":
        return SeatCount(capacity, 0, 0)
    seats.open_pool(run_id)
    seats.lock_pool(run_id)
    facts = get_facts(run_id)
    promise = find_promise(run_id)
    if promise is not None and capacity < facts.capacity:
        raise SeatsPromised(round=promise.title)
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
