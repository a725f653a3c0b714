import os
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from xueqiao.domains.enrolment.admission import rooms, seats
from xueqiao.domains.enrolment.errors.openings import NoRoomNow
from xueqiao.domains.enrolment.queries.openings import living_arrivals, phases_of
from xueqiao.domains.enrolment.queries.seats import facts_of
from xueqiao.domains.enrolment.values.openings import NO_ROOM, QUEUE, ArrivalView, RoomRequest
from xueqiao.domains.enrolment.values.seats import RunFacts
from xueqiao.foundation.arrays import array
from xueqiao.foundation.audit.api import Actor, Deed, record_deeds
from xueqiao.foundation.audit.values import RESIDENT
from xueqiao.foundation.reasons import Refused

SEED_BYTES = 32


def enter_rooms(
    *, requests: Sequence[RoomRequest], now: datetime, actor: Actor | None = None
) -> list[ArrivalView | Refused]:
    """Take people into waiting rooms, in one transaction; answers in the order of the requests.

    Who is in already gets the number she has, as often as she asks. Before the opening nobody has a number. The first
    who comes after it finds that those present get theirs first, in the drawn order. Refusal: NoRoomNow, or SeatsBusy.
    Each for herself: for somebody else `enter_room` asks for the authority and names the actor, who then stands in the
    audit. Locks the rooms in sorted order.
    """
    if not requests:
        return []
    try:
        return seats.with_patience(partial(_enter, requests, actor, now))
    except Refused as busy:
        return [busy] * len(requests)


def _enter(requests: Sequence[RoomRequest], actor: Actor | None, now: datetime) -> list[ArrivalView | Refused]:
    wanted = {request.run_id for request in requests}
    facts = facts_of(wanted, with_meetings=False)
    if wanted - facts.keys():
        seats.open_pools(wanted - facts.keys())
        facts |= facts_of(wanted - facts.keys(), with_meetings=False)
    phases = phases_of(list(facts.values()), now=now)
    taken = [request for request in requests if phases.get(request.run_id, NO_ROOM) != NO_ROOM]
    found: dict[tuple[int, int], ArrivalView] = {}
    if taken:
        _lock_and_number({request.run_id for request in taken}, phases, now)
        pairs = {(request.run_id, request.person_id) for request in taken}
        before = living_arrivals(pairs)
        rooms.enter(
            {
                "run_ids": array(request.run_id for request in taken),
                "person_ids": array(request.person_id for request in taken),
                "channels": array(request.channel for request in taken),
                "now": now,
            }
        )
        found = living_arrivals(pairs)
        _record([found[pair] for pair in found if pair not in before], facts, actor, now)
    return [found.get((request.run_id, request.person_id)) or NoRoomNow() for request in requests]


def _lock_and_number(run_ids: set[int], phases: dict[int, str], now: datetime) -> None:
    rooms.open_rooms(run_ids, now=now)
    for run_id, is_numbered in rooms.lock_openings(run_ids).items():
        if not is_numbered and phases[run_id] == QUEUE:
            rooms.number_arrivals(run_id, os.urandom(SEED_BYTES), now=now)


def _record(arrivals: Sequence[ArrivalView], facts: dict[int, RunFacts], actor: Actor | None, now: datetime) -> None:
    deeds = [
        Deed(
            actor=actor or Actor(RESIDENT, person_id=arrival.person_id),
            verb="enter_room",
            object_kind="arrival",
            object_id=arrival.id,
            region=facts[arrival.run_id].region,
            acting_for_id=arrival.person_id if actor and actor.person_id != arrival.person_id else None,
            detail={"run": facts[arrival.run_id].code, "number": arrival.number},
        )
        for arrival in arrivals
    ]
    record_deeds(deeds, now=now)
