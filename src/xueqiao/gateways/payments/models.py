"""The far side of the rehearsal: what a gateway that moves no money would have in its own books."""

from django.db import models


class RehearsalTrade(models.Model):
    """One order at the far side. NOTPAY -> SUCCESS | CLOSED; CLOSED -> SUCCESS when the payer was faster."""

    order_code = models.CharField(max_length=32, unique=True)
    amount_fen = models.BigIntegerField()
    state = models.CharField(max_length=8, default="NOTPAY")
    reference = models.CharField(max_length=64, blank=True)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["NOTPAY", "SUCCESS", "CLOSED"]), name="rehearsal_trade_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="SUCCESS") | models.Q(paid_at__isnull=False), name="rehearsal_trade_paid"
            ),
        ]
        indexes = [models.Index(fields=["paid_at"], name="rehearsal_trade_paid_at")]


class RehearsalRefund(models.Model):
    """Money the far side gave back, once per number."""

    refund_code = models.CharField(max_length=64, unique=True)
    order_code = models.CharField(max_length=32)
    reference = models.CharField(max_length=64)
    amount_fen = models.BigIntegerField()
    done_at = models.DateTimeField(db_index=True)


class RehearsalMood(models.Model):
    """Whether the far side plays dead. One row at most."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    down_until = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="rehearsal_mood_one_row")]
