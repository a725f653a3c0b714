from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from xueqiao.domains.classes.actions.open_class_run import when_words
from xueqiao.domains.classes.errors.rooms import BadBooking, RoomNotFree, TooManyBookings
from xueqiao.domains.classes.models import RoomBooking
from xueqiao.domains.classes.queries.rooms import access_booking, lending_rules_at
from xueqiao.domains.classes.rules import rooms as rules
from xueqiao.domains.classes.values.rooms import KEEPING, BookingView
from xueqiao.domains.institutions.api import rooms_by_id
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.scope import Scope

ADULT = 18


def book_room(
    *,
    actor: Actor,
    room_id: int,
    starts_at: datetime,
    hours: int,
    club: str,
    purpose: str,
    people_count: int,
    request_key: str,
    now: datetime,
) -> BookingView:
    """Ask for an idle room for a club; the room is kept from this moment on, the centre confirms or refuses.

    One grown-up answers for the room. Idempotent by request_key (1 to 64 characters). Locks the person, then the
    calendar of rooms through its exclusion: of two who ask for one hour one is told RoomNotFree.
    Raises BadBooking, TooManyBookings, RoomNotFree.
    """
    if not 1 <= len(request_key) <= 64:
        raise BadBooking(what="表单编号不对")
    room = rooms_by_id([room_id]).get(room_id)
    if room is None:
        raise BadBooking(what="没有这间教室")
    person_id = actor.person_id or 0
    born = people.birth_dates_of([person_id]).get(person_id)
    if born is None or people.age_on(born, local(now).date()) < ADULT:
        raise BadBooking(what=f"要由满 {ADULT} 岁的人来借")
    if not 1 <= people_count <= room.seats:
        raise BadBooking(what=f"{room.name}最多坐 {room.seats} 人")
    lending = lending_rules_at(
        region=room.venue.region, institution_id=room.venue.institution_id, on=local(starts_at).date()
    )
    rules.require_lendable(lending, starts_at=starts_at, hours=hours, now=now)
    clean_club = rules.clean_words(club, what="团队名称", longest=40)
    clean_purpose = rules.clean_words(purpose, what="用途", longest=80)
    ends_at = starts_at + timedelta(hours=hours)
    with transaction.atomic():
        lock(LockSpace.ROOM_BOOKING_PERSON, [person_id])
        own = RoomBooking.objects.within(Scope.everything("one's own bookings")).filter(person_id=person_id)
        earlier = own.filter(request_key=request_key).first()
        if earlier is not None:
            return access_booking(actor, earlier.uuid)
        if own.filter(state__in=KEEPING, ends_at__gt=now).count() >= lending.live_max:
            raise TooManyBookings(limit=lending.live_max)
        try:
            with transaction.atomic():
                booking = RoomBooking.objects.create(
                    room_id=room_id,
                    region=room.venue.region,
                    person_id=person_id,
                    club=clean_club,
                    purpose=clean_purpose,
                    people=people_count,
                    starts_at=starts_at,
                    ends_at=ends_at,
                    request_key=request_key,
                    asked_at=now,
                )
        except IntegrityError as failure:
            if "room_use_once" not in str(failure):
                raise
            raise RoomNotFree(room=room.name, when=when_words(starts_at, ends_at)) from failure
        booking.refresh_from_db(
            fields=["uuid"], from_queryset=RoomBooking.objects.within(Scope.everything("just written"))
        )
        record_deed(
            actor=actor,
            verb="book_room",
            object_kind="room_booking",
            object_id=booking.pk,
            region=booking.region,
            now=now,
            detail={"room": room_id, "hours": hours, "starts_at": starts_at.isoformat()},
        )
        return access_booking(actor, booking.uuid)
