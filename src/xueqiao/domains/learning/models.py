from django.db import models

from xueqiao.domains.classes.models import ClassRun, Session
from xueqiao.domains.enrolment.models import Place
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class AttendanceQuerySet(ScopedQuerySet):
    region_path = "region"
    person_path = "person_id"


class Attendance(models.Model):
    """One person at one session: the signature on the roll that every figure leads back to."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="attendances")
    region = models.BigIntegerField()  # where it happened
    person_region = models.BigIntegerField()  # where she lived on that day: roll-up by residence
    state = models.CharField(max_length=8)  # present, late, absent, excused
    minutes = models.SmallIntegerField()
    method = models.CharField(max_length=6)  # qr, list, card
    attended_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    previous_state = models.CharField(max_length=8, blank=True)  # what stood here before the last change
    change_reason = models.CharField(max_length=120, blank=True)  # late edits say why; the learner sees it
    changed_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(AttendanceQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="attendance_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["present", "late", "absent", "excused"]), name="attendance_state"
            ),
            models.CheckConstraint(condition=models.Q(minutes__gte=0, minutes__lte=1440), name="attendance_minutes"),
        ]
        indexes = [
            models.Index(fields=["person_region", "attended_on"], name="attendance_home"),
            models.Index(fields=["region", "attended_on"], name="attendance_region"),
            models.Index(fields=["person", "attended_on"], name="attendance_person"),
            models.Index(
                fields=["attended_on", "person_region", "person"], include=["minutes"], name="attendance_counted"
            ),  # covers the yearly count of distinct persons: no heap visits for millions of rows
        ]


class RollSignature(models.Model):
    """The teacher signed the roll of a session: the session was held. One per session; later edits are corrections."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, primary_key=True, related_name="roll_signature")
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    present_count = models.SmallIntegerField()
    absent_count = models.SmallIntegerField()


class SessionCode(models.Model):
    """The secret behind a session's rotating QR; each 30-second code is derived from it."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, primary_key=True)
    secret = models.BinaryField(max_length=32)
    opened_at = models.DateTimeField()


class CompletionQuerySet(ScopedQuerySet):
    region_path = "region"
    person_path = "person_id"


class Completion(models.Model):
    """A class run completed by rule."""

    run = models.ForeignKey(ClassRun, on_delete=models.PROTECT, related_name="completions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="completions")
    region = models.BigIntegerField()
    completed_at = models.DateTimeField()
    sessions_attended = models.SmallIntegerField()
    sessions_held = models.SmallIntegerField()
    minutes_attended = models.IntegerField()
    rule = models.JSONField()  # the parameter values it was judged by, with source

    objects = models.Manager.from_queryset(CompletionQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "person"], name="completion_once"),
            models.CheckConstraint(
                condition=models.Q(sessions_attended__gte=0, sessions_attended__lte=models.F("sessions_held")),
                name="completion_sessions",
            ),
            models.CheckConstraint(condition=models.Q(minutes_attended__gte=0), name="completion_minutes"),
        ]
        indexes = [models.Index(fields=["person", "completed_at"], name="completion_person")]


class AbsenceCaseQuerySet(ScopedQuerySet):
    region_path = "region"
    person_path = "person_id"


class AbsenceCase(models.Model):
    """A learner stays away time after time without a word: warned, then told that her seat goes to who waits.

    warned -> due -> released; warned, due -> ended (she came, a roll was put right, or she left) | excused. An excuse
    covers every meeting up to `counted_until`: counting begins anew after it.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(ClassRun, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    region = models.BigIntegerField()  # the class run's unit, copied for scope
    state = models.CharField(max_length=8)  # warned, due, excused, ended, released
    absences = models.SmallIntegerField()  # in a row, as last counted
    counted_until = models.DateTimeField()  # start of the last meeting counted
    opened_at = models.DateTimeField()
    release_at = models.DateTimeField(null=True)  # from when the seat may go; told before
    excuse = models.CharField(max_length=200, blank=True, default="")
    excused_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    is_own_excuse = models.BooleanField(default=False)  # by herself or family, not by the centre
    ended_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(AbsenceCaseQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place"], condition=models.Q(state__in=["warned", "due"]), name="absence_case_one_live"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["warned", "due", "excused", "ended", "released"]),
                name="absence_case_state",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["warned", "due"], ended_at=None)
                | (~models.Q(state__in=["warned", "due"]) & models.Q(ended_at__isnull=False)),
                name="absence_case_live_or_ended",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["due", "released"]) | models.Q(release_at__isnull=False),
                name="absence_case_release_is_dated",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="released") | models.Q(ended_at__gte=models.F("release_at")),
                name="absence_case_not_released_early",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="excused") | (models.Q(excused_by__isnull=False) & ~models.Q(excuse="")),
                name="absence_case_excuse_is_signed",
            ),
        ]
        indexes = [
            models.Index(fields=["release_at"], condition=models.Q(state="due"), name="absence_case_due"),
            models.Index(
                fields=["region"], condition=models.Q(state__in=["warned", "due"]), name="absence_case_live_region"
            ),
            models.Index(fields=["person"], name="absence_case_person"),
        ]
