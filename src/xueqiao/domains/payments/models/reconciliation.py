from django.db import models

from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class Statement(models.Model):
    """A gateway's own list of one day, as it was taken. open -> settled, when nothing in it is left unexplained."""

    gateway = models.CharField(max_length=12)
    day = models.DateField()
    line_count = models.IntegerField()
    paid_fen = models.BigIntegerField()
    refunded_fen = models.BigIntegerField()
    fee_fen = models.BigIntegerField()  # negative when more fees went back than were taken
    state = models.CharField(max_length=8, default="open")
    taken_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "day"], name="statement_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(state="open", settled_at__isnull=True)
                | models.Q(state="settled", settled_at__isnull=False),
                name="statement_state",
            ),
        ]


class StatementEntry(models.Model):
    """One line of the list. key: our number of the payment or of the refund."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=8)  # payment, refund
    key = models.CharField(max_length=64)
    order_code = models.CharField(max_length=64)
    reference = models.CharField(max_length=64)
    amount_fen = models.BigIntegerField()
    fee_fen = models.BigIntegerField()
    state = models.CharField(max_length=16)
    happened_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "key"], name="statement_entry_key")]


class DifferenceQuerySet(ScopedQuerySet):
    region_path = "region"


class Difference(models.Model):
    """Where the list and our books do not agree. It has an owner, and is closed with words by a person, once.

    kind: missing_here, missing_there, amount, state, reference, double. region: of the bill; 0 when nobody here knows
    the order.
    """

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="differences")
    kind = models.CharField(max_length=16)
    line_kind = models.CharField(max_length=8)
    key = models.CharField(max_length=64)
    order_code = models.CharField(max_length=64)
    reference = models.CharField(max_length=64, blank=True)
    ours_fen = models.BigIntegerField(null=True)
    theirs_fen = models.BigIntegerField(null=True)
    ours_state = models.CharField(max_length=16, blank=True)
    theirs_state = models.CharField(max_length=16, blank=True)
    region = models.BigIntegerField(default=0)
    found_at = models.DateTimeField()
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    resolution = models.CharField(max_length=200, blank=True)
    resolved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")  # null: by itself
    resolved_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(DifferenceQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "kind", "line_kind", "key"], name="difference_once"),
            models.CheckConstraint(
                condition=models.Q(resolved_at__isnull=True, resolution="")
                | (models.Q(resolved_at__isnull=False) & ~models.Q(resolution="")),
                name="difference_resolved_in_words",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=["missing_here", "missing_there", "amount", "state", "reference", "double"]
                ),
                name="difference_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["found_at"], condition=models.Q(resolved_at__isnull=True), name="difference_open")
        ]
