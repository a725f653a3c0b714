from django.db import models

from xueqiao.domains.classes.models import ClassRun
from xueqiao.domains.enrolment.models.seats import Place
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class Opening(models.Model):
    """The waiting room of one class run. Its row is locked for giving numbers and for calling people.

    Before the run opens for enrolment people only gather. At the opening those present get their numbers in an order
    drawn with `seed`, which nobody knew before; who comes later gets the next number. ended_at: the room is empty and
    closed; seats are taken without a turn again.
    """

    run = models.OneToOneField(ClassRun, on_delete=models.PROTECT, primary_key=True, related_name="opening")
    region = models.BigIntegerField()
    made_at = models.DateTimeField()
    seed = models.BinaryField(max_length=32, null=True)
    numbered_at = models.DateTimeField(null=True)
    last_number = models.IntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(seed__isnull=True, numbered_at__isnull=True, last_number=0)
                | models.Q(seed__isnull=False, numbered_at__isnull=False),
                name="opening_numbered_with_seed",
            ),
        ]
        indexes = [models.Index(fields=["run"], condition=models.Q(ended_at=None), name="opening_live")]


class ArrivalQuerySet(ScopedQuerySet):
    region_path = "opening__region"
    person_path = "person_id"


class Arrival(models.Model):
    """One person in one waiting room, with the number that is hers whatever crashes.

    waiting -> called (a free seat is hers until turn_until) -> used (she took it) | lapsed; waiting, called -> left.
    One living arrival per person and room; numbers are never given twice.
    """

    # Every index is written once per number, call and hold: arrival_number begins with the room, and nobody looks for
    # the arrival of a place.
    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, related_name="arrivals", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, default="waiting")
    channel = models.CharField(max_length=8)  # web, counter, phone, paper, api
    number = models.IntegerField(null=True)  # None until the opening
    came_at = models.DateTimeField()
    seen_at = models.DateTimeField()  # only who is there is called; others keep their numbers
    changed_at = models.DateTimeField()  # of state or number, for those who keep a copy in memory
    turn_until = models.DateTimeField(null=True)
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = models.Manager.from_queryset(ArrivalQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["opening", "person"], condition=models.Q(state__in=["waiting", "called"]), name="arrival_once"
            ),
            models.UniqueConstraint(fields=["opening", "number"], name="arrival_number"),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "called", "used", "lapsed", "left"]), name="arrival_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="called") | models.Q(turn_until__isnull=False, number__isnull=False),
                name="arrival_called_until",
            ),
            models.CheckConstraint(
                condition=models.Q(state="used", place__isnull=False)
                | (~models.Q(state="used") & models.Q(place=None)),
                name="arrival_used_for_a_place",
            ),
        ]
        indexes = [
            models.Index(fields=["opening", "number"], condition=models.Q(state="waiting"), name="arrival_waiting"),
            models.Index(fields=["opening", "turn_until"], condition=models.Q(state="called"), name="arrival_called"),
            models.Index(fields=["opening", "changed_at"], name="arrival_changed"),
        ]
