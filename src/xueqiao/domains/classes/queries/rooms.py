"""Reads of rooms lent to clubs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from xueqiao.domains.classes.errors.rooms import UnknownBooking
from xueqiao.domains.classes.models import RoomBooking, RoomUse
from xueqiao.domains.classes.parameters import (
    LENDING_CLOSES_HOUR,
    LENDING_DAYS_AHEAD_MAX,
    LENDING_HOURS_MAX,
    LENDING_LIVE_MAX,
    LENDING_OPENS_HOUR,
    LENDS_ROOMS,
)
from xueqiao.domains.classes.rules import rooms as rules
from xueqiao.domains.classes.values.rooms import ASKED, KEEPING, BookingView, LendingDay, LendingRules, RoomHours
from xueqiao.domains.institutions.api import get_institution, rooms_of
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.clock import at_local
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.scope import Scope

_FIELDS = (
    "uuid",
    "room__venue__institution_id",
    "room__venue__institution__name",
    "room_id",
    "room__name",
    "room__venue__name",
    "region",
    "person_id",
    "person__name",
    "club",
    "purpose",
    "people",
    "starts_at",
    "ends_at",
    "state",
    "reason",
)
SHOWN_MAX = 100


def lending_rules_at(*, region: int, institution_id: int, on: date) -> LendingRules:
    """The lending parameters in force at a centre on a day."""
    values = [
        parameter_at(each.name, region=region, on=on, institution_id=institution_id).value
        for each in (
            LENDS_ROOMS,
            LENDING_OPENS_HOUR,
            LENDING_CLOSES_HOUR,
            LENDING_HOURS_MAX,
            LENDING_DAYS_AHEAD_MAX,
            LENDING_LIVE_MAX,
        )
    ]
    return LendingRules(*values)


def lending_day(institution_code: str, day: date, *, now: datetime) -> LendingDay:
    """A centre's rooms hour by hour on one day; hours that began are not free. Raises InstitutionUnknown."""
    centre = get_institution(institution_code)
    lending = lending_rules_at(region=centre.region, institution_id=centre.id, on=day)
    rooms = rooms_of(centre.id)
    taken = taken_times([room.id for room in rooms], at_local(day, 0), at_local(day + timedelta(days=1), 0))
    hours = rules.lending_hours(lending, day)
    last = now.date() + timedelta(days=lending.days_ahead_max + 1)
    return LendingDay(
        institution_id=centre.id,
        institution_code=centre.code,
        institution_name=centre.name,
        day=day,
        rules=lending,
        rooms=tuple(
            RoomHours(
                room_id=room.id,
                room_name=room.name,
                venue_name=room.venue.name,
                seats=room.seats,
                hours=tuple((at, at > now and day <= last and _is_free(at, taken.get(room.id, ()))) for at in hours),
            )
            for room in rooms
        ),
    )


def _is_free(at: datetime, taken: Iterable[tuple[datetime, datetime]]) -> bool:
    return not any(start < at + timedelta(hours=1) and at < end for start, end in taken)


def taken_times(room_ids: Sequence[int], first: datetime, last: datetime) -> dict[int, list[tuple[datetime, datetime]]]:
    """When rooms are used by a class or a club within a stretch of time, by room."""
    uses = RoomUse.objects.filter(room_id__in=room_ids, during__overlap=DateTimeTZRange(first, last))
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    for room_id, during in uses.values_list("room_id", "during")[:20_000]:
        found.setdefault(room_id, []).append((during.lower, during.upper))
    return found


def access_bookings_of(actor: Actor, *, now: datetime) -> list[BookingView]:
    """The actor's own bookings, the coming ones first; at most 100."""
    rows = RoomBooking.objects.within(actor.scope).filter(person_id=actor.person_id or 0)
    views = [BookingView(*row) for row in rows.order_by("-starts_at").values_list(*_FIELDS)[:SHOWN_MAX]]
    return sorted(views, key=lambda each: (each.ends_at <= now, abs(each.starts_at - now)))


def access_bookings_at(actor: Actor, institution_id: int, *, now: datetime) -> list[BookingView]:
    """Bookings of a centre that are not over, those waiting for an answer first. For staff of its unit."""
    rows = RoomBooking.objects.within(actor.scope).filter(
        room__venue__institution_id=institution_id, state__in=KEEPING, ends_at__gt=now
    )
    views = [BookingView(*row) for row in rows.order_by("starts_at").values_list(*_FIELDS)[:SHOWN_MAX]]
    return sorted(views, key=lambda each: (each.state != ASKED, each.starts_at))


def access_booking(actor: Actor, uuid: UUID) -> BookingView:
    """One booking, for its club and the staff of its unit. Raises UnknownBooking."""
    row = RoomBooking.objects.within(actor.scope).filter(uuid=uuid).values_list(*_FIELDS).first()
    if row is None:
        raise UnknownBooking
    return BookingView(*row)


def club_in_the_way(
    meetings: Sequence[tuple[datetime, datetime]], *, room_id: int
) -> tuple[str, datetime, datetime, str] | None:
    """The first booking that keeps the room during one of the meetings: room, start, end, club. None without one."""
    if not meetings:
        return None
    keeping = (
        RoomBooking.objects.within(Scope.everything("is the room free"))
        .filter(
            room_id=room_id,
            state__in=KEEPING,
            starts_at__lt=max(end for _, end in meetings),
            ends_at__gt=min(start for start, _ in meetings),
        )
        .order_by("starts_at")
        .values_list("room__name", "starts_at", "ends_at", "club")[:1000]
    )
    for room, starts_at, ends_at, club in keeping:
        if any(start < ends_at and starts_at < end for start, end in meetings):
            return room, starts_at, ends_at, club
    return None
