"""The classes near home in which one person could take a seat now, by the rules that a hold goes by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import connection

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.queries.lists import listed_among
from xueqiao.domains.enrolment.queries.seats import facts_of, limits_at, live_places_of, own_places
from xueqiao.domains.enrolment.rules.seats import find_clash, require_eligible
from xueqiao.domains.enrolment.values.seats import Limits, Meeting, RunFacts
from xueqiao.domains.enrolment.values.takeable import OpenClass
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.reasons import Refused
from xueqiao.foundation.region_code import COUNTY, RegionCode
from xueqiao.foundation.regions import api as regions

LOOKED_AT = 30  # of the nearest classes: beyond them nothing is near

# A pool is opened by the first hold; a class nobody has asked for yet has none, and all its seats.
_RUNS = """
SELECT r.id, r.code, r.title, r.region, r.institution_id, r.state, r.admission, coalesce(p.capacity, r.capacity),
       r.price_fen, r.subsidy_fen, r.age_min, r.age_max, r.starts_on, r.enrol_opens_at, r.enrol_closes_at,
       coalesce(list.host, ''), coalesce(p.list_version, 0), coalesce(p.held, 0) + coalesce(p.taken, 0)
  FROM classes_classrun r LEFT JOIN enrolment_seatpool p ON p.run_id = r.id
       LEFT JOIN enrolment_classlist list ON list.run_id = r.id
 WHERE r.id = ANY (%s)
"""
_MEETINGS = """
SELECT s.run_id, s.starts_at, s.ends_at, m.venue_id
  FROM classes_session s JOIN institutions_room m ON m.id = s.room_id
 WHERE s.run_id = ANY (%s) AND s.state <> 'cancelled' ORDER BY s.starts_at, s.id
"""


def classes_open_to(*, actor: Actor, person_id: int, now: datetime) -> tuple[OpenClass, ...]:
    """Return the classes of her county, the nearest first, that have not begun and would take this person now.

    Open, for everybody or with her on its list, with a free seat, within her age, her places of the term and her
    timetable. What the class costs is the price less the subsidy; vouchers and concessions are looked at when a seat is
    held. Raises NotFound when the actor may not see the person.
    """
    card = people.access_person(actor, person_id)
    home = RegionCode(card.region)
    near = regions.point_of(card.region) if home.level > COUNTY else None
    cards = classes.classes_nearby(
        classes.ClassFilter(
            region=int(home.ancestor(min(COUNTY, home.level))), near=near, sort="near" if near is not None else ""
        ),
        now=now,
        limit=LOOKED_AT,
    )
    runs, taken = _runs([each.run_id for each in cards])
    places = live_places_of(person_id, now=now)
    own = facts_of([place.run_id for place in places]).values() if places else ()
    listed = listed_among({(run.id, person_id) for run in runs.values() if run.host}, now=now)
    limits: dict[tuple[int, int], Limits] = {}
    found = []
    for each in cards:
        run = runs.get(each.run_id)
        if run is None or run.capacity <= taken[run.id] or not run.meetings or run.meetings[0].starts_at <= now:
            continue
        where = (run.region, run.institution_id)
        if where not in limits:
            limits[where] = limits_at(run, now=now)
        try:
            require_eligible(
                run,
                name=card.name,
                birth_date=card.birth_date,
                own=own_places(places),
                own_meetings=[meeting for mine in own for meeting in mine.meetings],
                limits=limits[where],
                agent_id=person_id,
                is_listed=(run.id, person_id) in listed,
                now=now,
            )
        except Refused:
            continue
        minutes = sum(int((meet.ends_at - meet.starts_at).total_seconds()) // 60 for meet in run.meetings)
        left = run.capacity - taken[run.id]
        found.append(OpenClass(replace(each, seats_left=left, capacity=run.capacity), minutes, run.meetings))
    return tuple(found)


def clashing(found: Sequence[OpenClass], *, travel_minutes: int = 0) -> dict[int, frozenset[int]]:
    """Return for each class, by run id, the others that meet at the same time."""
    clashes: dict[int, set[int]] = {each.card.run_id: set() for each in found}
    for n, one in enumerate(found):
        for other in found[n + 1 :]:
            if find_clash(one.meetings, other.meetings, travel_minutes=travel_minutes) is not None:
                clashes[one.card.run_id].add(other.card.run_id)
                clashes[other.card.run_id].add(one.card.run_id)
    return {run_id: frozenset(others) for run_id, others in clashes.items()}


def _runs(run_ids: Sequence[int]) -> tuple[dict[int, RunFacts], dict[int, int]]:
    """The facts of runs with their meetings, and how many seats are held or taken. Two queries."""
    if not run_ids:
        return {}, {}
    with connection.cursor() as cursor:
        cursor.execute(_RUNS, [list(run_ids)])
        rows = cursor.fetchall()
        cursor.execute(_MEETINGS, [list(run_ids)])
        meetings: dict[int, list[Meeting]] = defaultdict(list)
        for run_id, starts_at, ends_at, venue_id in cursor.fetchall():
            meetings[run_id].append(Meeting(run_id, starts_at, ends_at, venue_id, ""))
    facts = {row[0]: RunFacts(*[*row[:-3], tuple(meetings[row[0]]), *row[-3:-1]]) for row in rows}
    return facts, {row[0]: row[-1] for row in rows}
