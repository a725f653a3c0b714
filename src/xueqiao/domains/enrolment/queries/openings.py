"""Reads of waiting rooms. Numbers shown come from here; none of them decides anything."""

from bisect import bisect_left
from collections.abc import Collection
from datetime import datetime

from django.db import connection

from xueqiao.domains.enrolment.models import Arrival, Opening
from xueqiao.domains.enrolment.parameters import ROOM_MINUTES, WAITING_ROOM
from xueqiao.domains.enrolment.queries.seats import facts_of
from xueqiao.domains.enrolment.rules.openings import room_phase
from xueqiao.domains.enrolment.values.openings import (
    CALLED,
    WAITING,
    ArrivalChange,
    ArrivalView,
    DeskNumber,
    RoomView,
)
from xueqiao.domains.enrolment.values.seats import RunFacts
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.arrays import array
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.parameters.api import parameters_at_places
from xueqiao.foundation.prepared import prepared_rows
from xueqiao.foundation.scope import Scope

_NAMES = (WAITING_ROOM.name, ROOM_MINUTES.name)
_DESK_CHANNELS = ("counter", "phone", "paper")
_ONES_OWN = Scope.everything("one's own number in a waiting room")


def live_rooms_among(run_ids: Collection[int]) -> set[int]:
    """Those of the runs whose waiting room is there and has not ended."""
    statement = "SELECT run_id FROM enrolment_opening WHERE run_id = ANY (%s::bigint[]) AND ended_at IS NULL"
    return {run_id for (run_id,) in prepared_rows(statement, [array(run_ids)])}


def phases_of(runs: Collection[RunFacts], *, now: datetime) -> dict[int, str]:
    """The phase of each run's waiting room now; two queries."""
    live = live_rooms_among([run.id for run in runs])
    places = {(run.region, run.institution_id) for run in runs}
    values = parameters_at_places(_NAMES, places=places, on=clock.local_date(now))
    found = {}
    for run in runs:
        here = values[run.region, run.institution_id]
        found[run.id] = room_phase(
            run,
            is_live=run.id in live,
            policy=str(here[WAITING_ROOM.name].value),
            minutes_before=int(here[ROOM_MINUTES.name].value),
            now=now,
        )
    return found


def room_phase_of(run_id: int, *, now: datetime) -> str:
    """Whether a class has a waiting room now: none, gathering or queue. For class pages; three queries."""
    facts = facts_of([run_id], with_meetings=False).get(run_id)
    return phases_of([facts], now=now)[run_id] if facts else "none"


def find_arrival(*, run_id: int, person_id: int) -> ArrivalView | None:
    """The person's newest arrival in this room, living or over, or None."""
    rows = Arrival.objects.within(_ONES_OWN).filter(opening_id=run_id, person_id=person_id).select_related("place")
    row = rows.order_by("-pk").first()
    return None if row is None else _view(row)


def living_arrivals(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], ArrivalView]:
    """Living arrivals by (run, person)."""
    rows = Arrival.objects.within(_ONES_OWN).filter(
        opening_id__in={run for run, _ in pairs},
        person_id__in={person for _, person in pairs},
        state__in=["waiting", "called"],
    )
    return {(row.opening_id, row.person_id): _view(row) for row in rows}


def access_desk_numbers(*, actor: Actor, limit: int = 100) -> list[DeskNumber]:
    """Living numbers that desks of the actor's units took for visitors and callers, her turn first, then by class and
    number. Raises NotAllowed unless the actor is a clerk.
    """
    people.require_role(actor, people.CENTRE_CLERK)
    rows = list(
        Arrival.objects.within(Scope(ranges=actor.scope.ranges, everything_because=actor.scope.everything_because))
        .filter(channel__in=_DESK_CHANNELS, state__in=[WAITING, CALLED], opening__ended_at=None)
        .select_related("person", "opening__run")
        .order_by("state", "opening_id", "number", "pk")[:limit]
    )
    queues = {row.opening_id: _waiting_numbers(row.opening_id) for row in rows if row.state == WAITING and row.number}
    return [
        DeskNumber(
            arrival_id=row.pk,
            run_id=row.opening_id,
            run_code=row.opening.run.code,
            run_title=row.opening.run.title,
            opens_at=row.opening.run.enrol_opens_at,
            person_id=row.person_id,
            person_code=row.person.code,
            person_name=row.person.name,
            channel=row.channel,
            state=row.state,
            number=row.number,
            ahead=bisect_left(queues[row.opening_id], row.number) if row.state == WAITING and row.number else None,
            turn_until=row.turn_until,
        )
        for row in rows
    ]


def _waiting_numbers(run_id: int) -> list[int]:
    rows = Arrival.objects.within(_ONES_OWN).filter(opening_id=run_id, state=WAITING, number__isnull=False)
    return list(rows.order_by("number").values_list("number", flat=True))


def arrivals_ahead(*, run_id: int, number: int) -> int:
    """How many living numbers wait in front of this one."""
    rows = Arrival.objects.within(_ONES_OWN).filter(opening_id=run_id, state="waiting", number__lt=number)
    return rows.count()


def get_room(run_id: int, *, now: datetime) -> RoomView | None:
    """A class's waiting room as its page shows it, None when there is no such class or its pool is not open."""
    return next(iter(rooms_of([run_id], now=now)), None)


def rooms_of(run_ids: Collection[int], *, now: datetime) -> list[RoomView]:
    """The same for many classes."""
    facts = facts_of(run_ids, with_meetings=False)
    phases = phases_of(list(facts.values()), now=now)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.id, c.code, coalesce(o.numbered_at IS NOT NULL, false), pool.capacity,"
            " pool.capacity - pool.held - pool.taken, pool.held"
            " FROM classes_classrun r JOIN catalogue_course c ON c.id = r.course_id"
            " JOIN enrolment_seatpool pool ON pool.run_id = r.id LEFT JOIN enrolment_opening o ON o.run_id = r.id"
            " WHERE r.id = ANY (%s::bigint[])",
            [array(facts)],
        )
        rows = cursor.fetchall()
    return [
        RoomView(
            run_id=run_id,
            code=facts[run_id].code,
            title=facts[run_id].title,
            course_code=course_code,
            phase=phases[run_id],
            opens_at=facts[run_id].enrol_opens_at,
            closes_at=facts[run_id].enrol_closes_at,
            is_numbered=is_numbered,
            capacity=capacity,
            seats_left=left,
            seats_held=held,
        )
        for run_id, course_code, is_numbered, capacity, left, held in rows
    ]


def live_rooms(*, now: datetime) -> list[RoomView]:
    """Every waiting room that has not ended, for those who keep a copy in memory."""
    return rooms_of(list(Opening.objects.filter(ended_at=None).values_list("run_id", flat=True)[:2_000]), now=now)


_LIVING = """
SELECT id, opening_id, person_id, state, number, turn_until FROM enrolment_arrival
 WHERE opening_id = ANY (%s::bigint[]) AND state IN ('waiting', 'called')
"""
_CHANGED = """
SELECT id, opening_id, person_id, state, number, turn_until FROM enrolment_arrival
 WHERE opening_id = ANY (%s::bigint[]) AND changed_at >= %s
"""


def arrival_changes(run_ids: Collection[int], *, since: datetime | None) -> list[ArrivalChange]:
    """Arrivals of these rooms that changed since a moment; without one, all that live."""
    # Written out: in a rush ten thousand rows a second come this way.
    with connection.cursor() as cursor:
        if since is None:
            cursor.execute(_LIVING, [array(run_ids)])
        else:
            cursor.execute(_CHANGED, [array(run_ids), since])
        return list(map(ArrivalChange._make, cursor.fetchall()))


def _view(row: Arrival) -> ArrivalView:
    place = row.place if row.place_id else None
    return ArrivalView(
        row.pk, row.opening_id, row.person_id, row.state, row.number, row.turn_until, place.uuid if place else None
    )
