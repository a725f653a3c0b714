from django.db import models

from xueqiao.domains.classes.models import ClassRun
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class SeatPool(models.Model):
    """The seats of one class run. Its CHECK is the last wall: no code path can oversell.

    `kept` is the part of `held` that no place fills yet: freed while somebody waits, it belongs to the line, and every
    path for newcomers sees it as held. held = held places + kept.
    """

    run = models.OneToOneField(ClassRun, on_delete=models.PROTECT, primary_key=True, related_name="seat_pool")
    capacity = models.IntegerField()
    held = models.IntegerField(default=0)
    taken = models.IntegerField(default=0)
    kept = models.IntegerField(default=0, db_default=0)  # of `held`: freed, for the waiting list
    waiting = models.IntegerField(default=0, db_default=0)  # entries in the line
    freed = models.BigIntegerField(default=0, db_default=0)  # seats that ever came back or were added; only grows
    list_version = models.IntegerField(default=0, db_default=0)  # of its name list; 0: the seats are everybody's

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(held__gte=0, taken__gte=0), name="seat_pool_not_negative"),
            models.CheckConstraint(
                condition=models.Q(kept__gte=0, waiting__gte=0, kept__lte=models.F("held")),
                name="seat_pool_kept_is_held",
            ),
            models.CheckConstraint(
                condition=models.Q(kept=0) | models.Q(waiting__gt=0), name="seat_pool_kept_for_somebody"
            ),
            models.CheckConstraint(
                condition=models.Q(capacity__gte=models.F("held") + models.F("taken")), name="seat_pool_not_oversold"
            ),
        ]


class PlaceQuerySet(ScopedQuerySet):
    region_path = "region"
    person_path = "person_id"


class Place(models.Model):
    """One person's place in one class run.

    held -> confirmed -> withdrawn | removed; held -> expired | released; expired -> confirmed when money that came late
    found the seat still free. Live states: held, confirmed. A live place is one unit of its pool's `held` or `taken`.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    code = models.CharField(max_length=16)  # the number on the slip and at the counter
    # No index of their own for the foreign keys: place_run, place_person and place_request_once begin with them. Every
    # index is written once per hold (admission/README.md).
    run = models.ForeignKey(ClassRun, on_delete=models.PROTECT, related_name="places", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="places", db_index=False)
    region = models.BigIntegerField()  # the class run's unit, copied for scope
    state = models.CharField(max_length=10)
    channel = models.CharField(max_length=8)  # web, counter, phone, paper, api
    enrolled_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    request_key = models.CharField(max_length=64)  # one submit, one place; with enrolled_by
    held_at = models.DateTimeField()
    hold_until = models.DateTimeField(null=True)
    hold_extended = models.BooleanField(default=False)  # the one tap that gives as long again
    pays_at_counter = models.BooleanField(default=False)  # the long hold for paying at the centre
    is_offered = models.BooleanField(default=False, db_default=False)  # held by an offer, not by a press
    price_fen = models.BigIntegerField(default=0)  # what was shown and agreed to: cost, subsidy, and what is paid
    subsidy_fen = models.BigIntegerField(default=0)
    to_pay_fen = models.BigIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=40, blank=True)

    objects = models.Manager.from_queryset(PlaceQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "person"], condition=models.Q(state__in=["held", "confirmed"]), name="place_live_once"
            ),
            models.UniqueConstraint(fields=["enrolled_by", "request_key"], name="place_request_once"),
            models.UniqueConstraint(fields=["code"], name="place_code_once"),  # unique=True would add a LIKE index
            models.CheckConstraint(
                condition=models.Q(state__in=["held", "confirmed", "expired", "released", "withdrawn", "removed"]),
                name="place_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="held") | models.Q(hold_until__isnull=False), name="place_hold_has_end"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "state"], name="place_person"),
            models.Index(fields=["run", "state"], name="place_run"),
            models.Index(fields=["hold_until"], condition=models.Q(state="held"), name="place_hold_until"),
        ]
