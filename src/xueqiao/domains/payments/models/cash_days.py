from django.db import models

from xueqiao.domains.payments.models.bills import Payment, Refund
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class CashDayQuerySet(ScopedQuerySet):
    region_path = "region"
    person_path = "clerk_id"


class CashDay(models.Model):
    """The cash box of one clerk in one unit on one day. open -> counted -> closed; counted -> open to count again.

    closed: a second person agreed. From then on a trigger refuses every change of the day and of its movements.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    clerk = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    region = models.BigIntegerField()  # the unit of the clerk's desk
    day = models.DateField()
    opening_fen = models.BigIntegerField(default=0)  # change that was in the box in the morning
    opened_at = models.DateTimeField()
    counted_fen = models.BigIntegerField(null=True)
    expected_fen = models.BigIntegerField(null=True)  # as it was when it was counted
    difference_reason = models.CharField(max_length=200, blank=True)
    counted_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, default="open")

    objects = models.Manager.from_queryset(CashDayQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clerk", "region", "day"], name="cash_day_once"),
            models.CheckConstraint(condition=models.Q(opening_fen__gte=0), name="cash_day_opening"),
            models.CheckConstraint(
                condition=models.Q(state="open", closed_at__isnull=True, counted_fen__isnull=True)
                | models.Q(state="counted", closed_at__isnull=True, counted_fen__gte=0, expected_fen__isnull=False)
                | models.Q(
                    state="closed",
                    closed_at__isnull=False,
                    counted_fen__gte=0,
                    expected_fen__isnull=False,
                    confirmed_by__isnull=False,
                ),
                name="cash_day_state",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True) | ~models.Q(confirmed_by=models.F("clerk")),
                name="cash_day_second_person",
            ),
            models.CheckConstraint(
                condition=models.Q(counted_fen__isnull=True)
                | models.Q(counted_fen=models.F("expected_fen"))
                | ~models.Q(difference_reason=""),
                name="cash_day_difference_explained",
            ),
        ]


class CashMovement(models.Model):
    """Money into or out of a box: taken for a payment, or handed back for a refund, each once."""

    cash_day = models.ForeignKey(CashDay, on_delete=models.PROTECT, related_name="movements")
    payment = models.OneToOneField(Payment, null=True, on_delete=models.PROTECT, related_name="cash_movement")
    refund = models.OneToOneField(Refund, null=True, on_delete=models.PROTECT, related_name="cash_movement")
    amount_fen = models.BigIntegerField()  # above zero: taken; below: handed back
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(payment__isnull=False, refund__isnull=True, amount_fen__gt=0)
                | models.Q(payment__isnull=True, refund__isnull=False, amount_fen__lt=0),
                name="cash_movement_one_cause",
            )
        ]
