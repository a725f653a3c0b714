"""Reads of enrolment for many people at once. Each is one query, whatever the size of the group."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import connection

from xueqiao.domains.enrolment.models import Place
from xueqiao.domains.enrolment.parameters import PLACES_PER_TERM, PLACES_PER_TERM_AND_INSTITUTION, TRAVEL_MINUTES
from xueqiao.domains.enrolment.values.seats import HELD, LIVE, HoldRequest, Limits
from xueqiao.foundation import clock
from xueqiao.foundation.arrays import array
from xueqiao.foundation.parameters.api import parameters_at_places
from xueqiao.foundation.scope import Scope


def live_places_of_many(person_ids: Collection[int]) -> dict[int, list[Place]]:
    """Held and confirmed places with their runs, by person; holds past their time too."""
    places = (
        Place.objects.within(Scope.everything("rules of limits and clashes look at a group's own places"))
        .select_related("run")
        .filter(person_id__in=person_ids, state__in=LIVE)
        .order_by("pk")
    )
    found: dict[int, list[Place]] = {}
    for place in places:
        found.setdefault(place.person_id, []).append(place)
    return found


def places_by_request(requests: Sequence[HoldRequest]) -> dict[tuple[int, str], Place]:
    """Places of earlier submits of the same forms, by (agent, form number)."""
    # Pair by pair: with one list per column the index would be asked for every agent with every form number.
    wanted = sorted({(request.agent_id, request.request_key) for request in requests})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id FROM unnest(%s::bigint[], %s::text[]) AS asked(agent_id, request_key)"
            " JOIN enrolment_place p ON p.enrolled_by_id = asked.agent_id AND p.request_key = asked.request_key",
            [array(agent for agent, _ in wanted), array(key for _, key in wanted)],
        )
        ids = [number for (number,) in cursor.fetchall()]
    if not ids:
        return {}
    places = Place.objects.within(Scope.everything("one's own requests")).filter(pk__in=ids)
    return {(place.enrolled_by_id, place.request_key): place for place in places}


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


def limits_at_places(
    places: Collection[tuple[int, int | None]], *, now: datetime
) -> dict[tuple[int, int | None], Limits]:
    """The numbers in force today at several places (region, institution); without anybody's spending cap."""
    names = [PLACES_PER_TERM.name, PLACES_PER_TERM_AND_INSTITUTION.name, TRAVEL_MINUTES.name]
    values = parameters_at_places(names, places=places, on=clock.local_date(now))
    return {place: Limits(*(int(here[name].value) for name in names)) for place, here in values.items()}
