import os
from datetime import datetime, timedelta
from functools import partial

from xueqiao.domains.enrolment.admission import rooms, seats
from xueqiao.domains.enrolment.errors.seats import SeatsBusy
from xueqiao.domains.enrolment.parameters import TURN_MINUTES, TURNS_AT_ONCE
from xueqiao.domains.enrolment.rules.openings import SEEN_SECONDS
from xueqiao.foundation import clock
from xueqiao.foundation.arrays import array
from xueqiao.foundation.parameters.api import parameters_at_places

QUIET_MINUTES = 5  # a room stays at least so long after its numbers were given
SEED_BYTES = 32
_NAMES = (TURN_MINUTES.name, TURNS_AT_ONCE.name)


def call_next(*, now: datetime) -> int:
    """Go through all waiting rooms: give numbers at the opening, end turns past their time, call who is next.

    Never more turns than free seats: whoever is called finds a seat, however long she takes within her minutes. Who is
    not there keeps the number and is called when she is back. Returns how many were called. Any number of processes may
    do this at once; each room is looked after by the first. A room in which nobody is left ends.
    """
    try:
        return seats.with_patience(partial(_call, now))
    except SeatsBusy:
        return 0


def _call(now: datetime) -> int:
    live = rooms.lock_live_rooms(now=now)
    if not live:
        return 0
    run_ids = [run_id for run_id, *_ in live]
    for run_id, is_numbered, *_ in live:
        if not is_numbered:
            rooms.number_arrivals(run_id, os.urandom(SEED_BYTES), now=now)
    rooms.lapse_turns(run_ids, now=now)
    seen_since = now - timedelta(seconds=SEEN_SECONDS)
    places = {(region, institution_id) for _, _, institution_id, region, _ in live}
    values = parameters_at_places(_NAMES, places=places, on=clock.local_date(now))
    open_rooms = [(run, values[region, institution]) for run, _, institution, region, closes in live if now < closes]
    called = rooms.call_next(
        {
            "run_ids": array(run_id for run_id, _ in open_rooms),
            "ends": array(now + timedelta(minutes=int(here[TURN_MINUTES.name].value)) for _, here in open_rooms),
            "at_once": array(int(here[TURNS_AT_ONCE.name].value) for _, here in open_rooms),
            "seen_since": seen_since,
            "now": now,
        }
    )
    rooms.end_rooms(run_ids, quiet_since=now - timedelta(minutes=QUIET_MINUTES), seen_since=seen_since, now=now)
    return called
