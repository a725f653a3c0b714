from django.db import models

from xueqiao.domains.enrolment.models.rounds import AdmissionRound, Entry, RoundRun
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class InterviewCriterion(models.Model):
    """One thing judges look at, in words everybody reads before the round opens. points_max: what it is worth."""

    round = models.ForeignKey(AdmissionRound, on_delete=models.CASCADE, related_name="criteria")
    number = models.SmallIntegerField()
    name = models.CharField(max_length=30)
    words = models.CharField(max_length=200)
    points_max = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="criterion_number"),
            models.UniqueConstraint(fields=["round", "name"], name="criterion_name"),
            models.CheckConstraint(condition=models.Q(points_max__gte=1, points_max__lte=100), name="criterion_points"),
            models.CheckConstraint(condition=~models.Q(words=""), name="criterion_is_written"),
        ]


class InterviewSlotQuerySet(ScopedQuerySet):
    region_path = "region"


class InterviewSlot(models.Model):
    """A time at which a class sees `capacity` applicants. Its CHECK is the last wall: nobody is booked beyond it."""

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    round_run = models.ForeignKey(RoundRun, on_delete=models.PROTECT, related_name="slots")
    region = models.BigIntegerField()
    starts_at = models.DateTimeField()
    minutes = models.SmallIntegerField()
    where = models.CharField(max_length=60)
    capacity = models.SmallIntegerField(default=1)
    taken = models.SmallIntegerField(default=0)

    objects = models.Manager.from_queryset(InterviewSlotQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round_run", "starts_at", "where"], name="slot_once"),
            models.CheckConstraint(condition=models.Q(minutes__gte=1, capacity__gte=1), name="slot_is_some"),
            models.CheckConstraint(
                condition=models.Q(taken__gte=0, taken__lte=models.F("capacity")), name="slot_not_overbooked"
            ),
        ]
        indexes = [models.Index(fields=["round_run", "starts_at"], name="slot_of_class")]


class InterviewQuerySet(ScopedQuerySet):
    region_path = "region"
    person_path = "entry__members__person_id"


class Interview(models.Model):
    """One entry's interview: booked -> judged, when two people have given their sheets | missed -> booked again.

    The slot counts it while it is booked or judged. total: the points of both sheets together.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="interview")
    slot = models.ForeignKey(InterviewSlot, on_delete=models.PROTECT, related_name="interviews")
    region = models.BigIntegerField()
    state = models.CharField(max_length=8, default="booked")
    booked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    booked_at = models.DateTimeField()
    total = models.SmallIntegerField(null=True)

    objects = models.Manager.from_queryset(InterviewQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["booked", "missed", "judged"]), name="interview_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state="judged", total__isnull=False)
                | (~models.Q(state="judged") & models.Q(total=None)),
                name="interview_judged_has_total",
            ),
        ]


class InterviewSheet(models.Model):
    """What one judge wrote. Two seats, two different people; each gives hers without seeing the other's."""

    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, related_name="sheets")
    seat = models.SmallIntegerField()
    judge = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=200)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["interview", "seat"], name="sheet_seat_once"),
            models.UniqueConstraint(fields=["interview", "judge"], name="sheet_two_people"),
            models.CheckConstraint(condition=models.Q(seat__in=[1, 2]), name="sheet_two_seats"),
            models.CheckConstraint(condition=~models.Q(words=""), name="sheet_has_words"),
        ]


class InterviewScore(models.Model):
    """Points for one criterion on one sheet."""

    sheet = models.ForeignKey(InterviewSheet, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(InterviewCriterion, on_delete=models.PROTECT, related_name="+")
    points = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="score_once"),
            models.CheckConstraint(condition=models.Q(points__gte=0, points__lte=100), name="score_points"),
        ]
