"""Reads of absences in a row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.learning import parameters
from xueqiao.domains.learning.errors import AbsenceCaseUnknown
from xueqiao.domains.learning.models import AbsenceCase, Attendance
from xueqiao.domains.learning.values import DUE, EXCUSED_CASE, LIVE_CASE, AbsenceView
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.parameters.api import parameters_at
from xueqiao.foundation.scope import Scope

DESK_ROLES = ("centre_clerk", "county_officer")
_SPECS = (
    parameters.absences_warned,
    parameters.absences_released,
    parameters.absence_notice_hours,
    parameters.own_excuses,
)


@dataclass(frozen=True)
class AbsenceNumbers:
    """The parameters in force at a class's place on a day."""

    warned_from: int
    released_from: int
    notice_hours: int
    own_excuses: int


def absence_numbers(*, region: int, institution_id: int | None, now: datetime) -> AbsenceNumbers:
    """The numbers in force today, one query."""
    found = parameters_at(
        [spec.name for spec in _SPECS], region=region, on=clock.local_date(now), institution_id=institution_id
    )
    return AbsenceNumbers(*(int(found[spec.name].value) for spec in _SPECS))


def states_of(run_id: int, person_ids: Iterable[int]) -> dict[int, list[tuple[datetime, str]]]:
    """Recorded (start of the meeting, state) by person, oldest first. Cancelled meetings do not count."""
    rows = (
        Attendance.objects.within(Scope.everything("absences are counted for the whole class"))
        .filter(session__run_id=run_id, person_id__in=list(person_ids))
        .exclude(session__state="cancelled")
        .order_by("session__starts_at", "session_id")
        .values_list("person_id", "session__starts_at", "state")
    )
    found: dict[int, list[tuple[datetime, str]]] = {}
    for person_id, starts_at, state in rows:
        found.setdefault(person_id, []).append((starts_at, state))
    return found


def excused_until(run_id: int) -> dict[int, datetime]:
    """Place -> the last meeting its newest excuse covers."""
    rows = (
        AbsenceCase.objects.within(Scope.everything("absences are counted for the whole class"))
        .filter(run_id=run_id, state=EXCUSED_CASE)
        .order_by("counted_until")
        .values_list("place_id", "counted_until")
    )
    return dict(rows)


def runs_with_releases_due(*, now: datetime, limit: int = 500) -> list[int]:
    """Class runs in which somebody's seat may go by now."""
    rows = AbsenceCase.objects.within(Scope.everything("the sweep of absences")).filter(state=DUE, release_at__lte=now)
    return list(rows.order_by("run_id").values_list("run_id", flat=True).distinct()[:limit])


def access_absence_row(*, actor: Actor, case_uuid: UUID) -> AbsenceCase:
    """The case, for its learner, those who act for her, and desk staff of the class. Raises AbsenceCaseUnknown."""
    row = AbsenceCase.objects.within(Scope.everything("checked on the row below")).filter(uuid=case_uuid).first()
    if row is None:
        raise AbsenceCaseUnknown
    if actor.scope.everything_because or row.person_id in actor.scope.person_ids:
        return row
    if actor.has_role(*DESK_ROLES) and actor.scope.has_region(row.region):
        return row
    raise AbsenceCaseUnknown


def access_absence(*, actor: Actor, case_uuid: UUID, now: datetime) -> AbsenceView:
    """As above, as a view."""
    return absence_views([access_absence_row(actor=actor, case_uuid=case_uuid)], now=now)[0]


def absences_of(*, actor: Actor, person_ids: Iterable[int], now: datetime) -> list[AbsenceView]:
    """Live cases of persons in the actor's scope, the nearest release first."""
    wanted = [pid for pid in person_ids if actor.scope.everything_because or pid in actor.scope.person_ids]
    rows = AbsenceCase.objects.within(Scope.of_persons(wanted)).filter(person_id__in=wanted, state__in=LIVE_CASE)
    return absence_views(list(rows.order_by("release_at", "pk")[:50]), now=now)


def absences_at(*, actor: Actor, institution_id: int, now: datetime, limit: int = 100) -> list[AbsenceView]:
    """Live cases of a centre's classes for its desk, the nearest release first. Raises NotAllowed."""
    people.require_role(actor, *DESK_ROLES)
    rows = AbsenceCase.objects.within(Scope(ranges=actor.scope.ranges)).filter(
        run__institution_id=institution_id, state__in=LIVE_CASE
    )
    return absence_views(list(rows.order_by("release_at", "-absences", "pk")[:limit]), now=now)


def absence_views(rows: Sequence[AbsenceCase], *, now: datetime) -> list[AbsenceView]:
    """Views with names; a few queries however many."""
    loaded = {
        row.pk: row
        for row in AbsenceCase.objects.within(Scope.everything("rows the caller may see"))
        .select_related("run", "person")
        .filter(pk__in=[row.pk for row in rows])
    }
    used = own_excuses_used([row.place_id for row in rows])
    found = []
    for row in (loaded[each.pk] for each in rows):
        numbers = absence_numbers(region=row.region, institution_id=row.run.institution_id, now=now)
        found.append(
            AbsenceView(
                uuid=row.uuid,
                place_id=row.place_id,
                run_id=row.run_id,
                run_code=row.run.code,
                run_title=row.run.title,
                person_id=row.person_id,
                person_name=row.person.name,
                phone=row.person.phone or "",
                region=row.region,
                state=row.state,
                absences=row.absences,
                opened_at=row.opened_at,
                release_at=row.release_at,
                excuse=row.excuse,
                may_excuse=row.state in LIVE_CASE and used.get(row.place_id, 0) < numbers.own_excuses,
            )
        )
    return found


def own_excuses_used(place_ids: Iterable[int]) -> dict[int, int]:
    """Place -> how often its learner or family excused her themselves."""
    rows = AbsenceCase.objects.within(Scope.everything("the limit of one's own excuses")).filter(
        place_id__in=list(place_ids), state=EXCUSED_CASE, is_own_excuse=True
    )
    used: dict[int, int] = {}
    for place_id in rows.values_list("place_id", flat=True):
        used[place_id] = used.get(place_id, 0) + 1
    return used


def enrolled_places(run_id: int) -> dict[int, enrolment.PlaceView]:
    """Place id -> confirmed place of a class."""
    return {place.id: place for place in enrolment.confirmed_places(run_id)}
