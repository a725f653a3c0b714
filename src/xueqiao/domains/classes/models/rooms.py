from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models

from xueqiao.domains.classes.models.runs import Session
from xueqiao.domains.institutions.models import Room
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class RoomBookingQuerySet(ScopedQuerySet):
    region_path = "region"
    person_path = "person_id"


class RoomBooking(models.Model):
    """An idle room lent to a residents' club. asked -> confirmed | refused; asked, confirmed -> cancelled.

    An asked booking already keeps the room: nobody waits for an answer to find it taken.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+")
    region = models.BigIntegerField()  # the venue's unit, for scope
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")  # who answers for the room
    club = models.CharField(max_length=40)
    purpose = models.CharField(max_length=80)
    people = models.SmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="asked")
    request_key = models.CharField(max_length=64)  # one form, one booking; with the person
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=120, blank=True)  # why it was refused or cancelled

    objects = models.Manager.from_queryset(RoomBookingQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "request_key"], name="booking_request_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["asked", "confirmed", "refused", "cancelled"]), name="booking_state"
            ),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="booking_times"),
            models.CheckConstraint(condition=models.Q(people__gte=1), name="booking_people"),
            models.CheckConstraint(
                condition=~models.Q(state__in=["refused", "cancelled"]) | ~models.Q(reason=""),
                name="booking_end_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "starts_at"], name="booking_person"),
            models.Index(fields=["region", "state", "starts_at"], name="booking_region_state"),
        ]


class RoomUse(models.Model):
    """The one calendar of rooms: a meeting of a class or a booking of a club, never two at once.

    Written by triggers on both tables and by nothing else, so that no path can put a class where a club is. The
    migration adds: EXCLUDE USING gist (int8range(room_id, room_id, '[]') WITH &&, during WITH &&).
    """

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+")
    during = DateTimeRangeField()
    session = models.OneToOneField(Session, null=True, on_delete=models.CASCADE, related_name="room_use")
    booking = models.OneToOneField(RoomBooking, null=True, on_delete=models.CASCADE, related_name="room_use")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(session__isnull=False, booking__isnull=True)
                | models.Q(session__isnull=True, booking__isnull=False),
                name="room_use_of_one_thing",
            ),
        ]
