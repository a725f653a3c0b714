"""Reads of enrolment for many people at once. Each is one query, whatever the size of the group."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from xueqiao.domains.enrolment.models import Place
from xueqiao.domains.enrolment.parameters import (
    HOLD_MINUTES,
    PLACES_PER_TERM,
    PLACES_PER_TERM_AND_INSTITUTION,
    ROOM_MINUTES,
    TRAVEL_MINUTES,
    WAITING_ROOM,
)
from xueqiao.domains.enrolment.values.seats import HELD, LIVE, HoldRequest, Limits
from xueqiao.foundation import clock
from xueqiao.foundation.arrays import array
from xueqiao.foundation.parameters.api import parameters_at_places
from xueqiao.foundation.prepared import prepared_rows
from xueqiao.foundation.scope import Scope

_OWN = """
SELECT own.id FROM unnest(%s::bigint[]) AS asked(person_id), LATERAL (
  SELECT id FROM enrolment_place p WHERE p.person_id = asked.person_id AND p.state || '' = ANY (%s::text[]) OFFSET 0
) own
UNION ALL
SELECT own.id FROM unnest(%s::bigint[], %s::text[]) AS asked(agent_id, request_key), LATERAL (
  SELECT id FROM enrolment_place p WHERE p.enrolled_by_id = asked.agent_id AND p.request_key = asked.request_key
  OFFSET 0
) own
"""  # One by one, each by the index that begins with it. The plan is kept, and one made while the table was empty would
# else read every place of the state and hash all forms, for every group of the evening.


@dataclass(frozen=True)
class OwnOfMany:
    """live: held and confirmed places with their runs by person, holds past their time too; of_form: what an earlier
    submit of the same form became, by (agent, form number)."""

    live: dict[int, list[Place]]
    of_form: dict[tuple[int, str], Place]


def own_of_many(requests: Sequence[HoldRequest]) -> OwnOfMany:
    """What those who ask have already. Most of a rush have nothing, which one narrow query tells."""
    forms = sorted({(request.agent_id, request.request_key) for request in requests})
    persons = {request.person_id for request in requests}
    agents, keys = array(agent for agent, _ in forms), array(key for _, key in forms)
    ids = {number for (number,) in prepared_rows(_OWN, [array(persons), array(LIVE), agents, keys])}
    own = OwnOfMany({}, {})
    if not ids:
        return own
    places = Place.objects.within(Scope.everything("rules of limits and clashes look at a group's own places"))
    asked = set(forms)
    for place in places.select_related("run").filter(pk__in=ids).order_by("pk"):
        if place.state in LIVE and place.person_id in persons:
            own.live.setdefault(place.person_id, []).append(place)
        if (form := (place.enrolled_by_id, place.request_key)) in asked:
            own.of_form[form] = place
    return own


def places_still_held(place_ids: Collection[int]) -> list[Place]:
    """Those of the places that are in state held now."""
    if not place_ids:
        return []
    return list(Place.objects.within(Scope.everything("holds past their time")).filter(pk__in=place_ids, state=HELD))


def runs_with_stale_holds(run_ids: Iterable[int], *, now: datetime) -> list[int]:
    """Those of the runs that have holds past their time, in order."""
    places = Place.objects.within(Scope.everything("holds past their time"))
    rows = places.filter(run_id__in=set(run_ids), state=HELD, hold_until__lte=now)
    return list(rows.values_list("run_id", flat=True).order_by("run_id").distinct())


@dataclass(frozen=True)
class InForce:
    """The numbers in force at one place today; limits without anybody's spending cap."""

    limits: Limits
    hold_minutes: int
    room_policy: str
    room_minutes: int


_LIMITS = (PLACES_PER_TERM.name, PLACES_PER_TERM_AND_INSTITUTION.name, TRAVEL_MINUTES.name)
_NAMES = (*_LIMITS, HOLD_MINUTES.name, WAITING_ROOM.name, ROOM_MINUTES.name)


def in_force_at(places: Collection[tuple[int, int | None]], *, now: datetime) -> dict[tuple[int, int | None], InForce]:
    """All numbers a hold asks for, at several places (region, institution); one query."""
    values = parameters_at_places(_NAMES, places=places, on=clock.local_date(now))
    return {
        place: InForce(
            limits=Limits(*(int(here[name].value) for name in _LIMITS)),
            hold_minutes=int(here[HOLD_MINUTES.name].value),
            room_policy=str(here[WAITING_ROOM.name].value),
            room_minutes=int(here[ROOM_MINUTES.name].value),
        )
        for place, here in values.items()
    }
