from django.db import models

from xueqiao.domains.classes.models.runs import Session
from xueqiao.domains.institutions.models import Institution
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class OfTeacherQuerySet(ScopedQuerySet):
    region_path = "region"
    person_path = "teacher_id"


class TeacherContract(models.Model):
    """What an institution has agreed with a teacher: from when to when, and how much for a class hour of 45 minutes.

    kind: outside (anybody who is free to be paid) or public (on the staff of a public body: paid only under a written
    permission of that body). Two contracts of one teacher with one institution never overlap (exclusion in SQL).
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    teacher = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    region = models.BigIntegerField()
    kind = models.CharField(max_length=8)
    band = models.CharField(max_length=8)  # junior, middle, senior, expert
    rate_fen = models.BigIntegerField()
    document = models.CharField(max_length=60)  # number of the paper that both have signed
    valid_from = models.DateField()
    valid_to = models.DateField()  # last day
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    end_reason = models.CharField(max_length=120, blank=True)  # why it ended before its time

    objects = models.Manager.from_queryset(OfTeacherQuerySet)()

    class Meta:
        # The migration adds: EXCLUDE USING gist (int8range(teacher_id, teacher_id, '[]') WITH &&,
        # int8range(institution_id, institution_id, '[]') WITH &&, daterange(valid_from, valid_to, '[]') WITH &&).
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["outside", "public"]), name="contract_kind"),
            models.CheckConstraint(
                condition=models.Q(band__in=["junior", "middle", "senior", "expert"]), name="contract_band"
            ),
            models.CheckConstraint(condition=models.Q(rate_fen__gte=1), name="contract_rate"),
            models.CheckConstraint(condition=models.Q(valid_to__gte=models.F("valid_from")), name="contract_dates"),
            models.CheckConstraint(condition=~models.Q(made_by=models.F("teacher")), name="contract_made_by_another"),
        ]
        indexes = [models.Index(fields=["region", "valid_to"], name="contract_region")]


class TeachingPermission(models.Model):
    """The paper by which a public body lets one of its own teach for pay. Never changed; a later one is a new row."""

    contract = models.ForeignKey(TeacherContract, on_delete=models.PROTECT, related_name="permissions")
    unit = models.CharField(max_length=60)  # the body she belongs to
    document = models.CharField(max_length=60)
    issued_on = models.DateField()
    valid_to = models.DateField()  # last day
    seen_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "document"], name="permission_once"),
            models.CheckConstraint(condition=models.Q(valid_to__gte=models.F("issued_on")), name="permission_dates"),
        ]


class PayLine(models.Model):
    """What one meeting is worth to who taught it, and its ledger transfer. Never changed: a correction is another line.

    kind: taught, late_cancel (a written share because the meeting fell out too late), or reversed, which takes an
    earlier line back with its amount below zero. turn: how often the meeting has been counted; names the transfer.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    contract = models.ForeignKey(TeacherContract, on_delete=models.PROTECT, related_name="lines")
    permission = models.ForeignKey(TeachingPermission, null=True, on_delete=models.PROTECT, related_name="+")
    contract_kind = models.CharField(max_length=8)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="pay_lines")
    teacher = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    region = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    turn = models.SmallIntegerField()
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversal")
    taught_at = models.DateTimeField()  # start of the meeting
    minutes = models.SmallIntegerField()
    rate_fen = models.BigIntegerField()
    amount_fen = models.BigIntegerField()
    reason = models.CharField(max_length=120, blank=True)  # of a reversal
    written_at = models.DateTimeField()

    objects = models.Manager.from_queryset(OfTeacherQuerySet)()

    class Meta:
        # The migration adds a trigger that refuses every change and every deletion.
        constraints = [
            models.UniqueConstraint(
                fields=["session", "turn"],
                condition=models.Q(reverses__isnull=True),
                name="pay_line_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="reversed", reverses__isnull=False, amount_fen__lt=0)
                | models.Q(kind__in=["taught", "late_cancel"], reverses__isnull=True, amount_fen__gt=0),
                name="pay_line_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(contract_kind="outside") | models.Q(permission__isnull=False),
                name="pay_line_needs_permission",
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "taught_at"], name="pay_line_institution"),
            models.Index(fields=["teacher", "taught_at"], name="pay_line_teacher"),
        ]


class PaySlip(models.Model):
    """A teacher's pay of one month at one institution, with the tax that is kept back.

    made -> released by another person, who moves the money; made, released -> taken_back with a reason (the money by a
    transfer the other way). At most one that is not taken back per teacher, institution and month.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    teacher = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    region = models.BigIntegerField()
    month = models.DateField()  # its first day
    gross_fen = models.BigIntegerField()
    tax_fen = models.BigIntegerField()
    tax_rule = models.CharField(max_length=200)
    state = models.CharField(max_length=10, default="made")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    released_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=120, blank=True)

    objects = models.Manager.from_queryset(OfTeacherQuerySet)()

    class Meta:
        # The migration adds a trigger: amounts never change, a slip moves on in its states only, none is deleted.
        constraints = [
            models.UniqueConstraint(
                fields=["teacher", "institution", "month"],
                condition=~models.Q(state="taken_back"),
                name="pay_slip_once_a_month",
            ),
            models.CheckConstraint(
                condition=models.Q(gross_fen__gte=1, tax_fen__gte=0, tax_fen__lt=models.F("gross_fen")),
                name="pay_slip_amounts",
            ),
            models.CheckConstraint(
                condition=models.Q(state="made", released_by__isnull=True, released_at__isnull=True)
                | models.Q(state="released", released_by__isnull=False, released_at__isnull=False)
                | models.Q(state="taken_back", taken_back_at__isnull=False),
                name="pay_slip_state",
            ),
            models.CheckConstraint(
                condition=models.Q(released_by__isnull=True) | ~models.Q(released_by=models.F("made_by")),
                name="pay_slip_released_by_another",
            ),
            models.CheckConstraint(
                condition=~models.Q(made_by=models.F("teacher"))
                & (models.Q(released_by__isnull=True) | ~models.Q(released_by=models.F("teacher"))),
                name="pay_slip_never_own",
            ),
        ]
        indexes = [models.Index(fields=["region", "month"], name="pay_slip_region")]

    @property
    def net_fen(self) -> int:
        """What the teacher gets."""
        return self.gross_fen - self.tax_fen


class PaySlipLine(models.Model):
    """A line on a slip; on one slip at a time. is_live turns False when the slip is taken back."""

    slip = models.ForeignKey(PaySlip, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(PayLine, on_delete=models.PROTECT, related_name="on_slips")
    is_live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line"], condition=models.Q(is_live=True), name="pay_line_on_one_slip"),
        ]
