from django.db import models

from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class BillQuerySet(ScopedQuerySet):
    region_path = "region"
    person_path = "payer_id"


class Bill(models.Model):
    """What is owed for one thing, once. due -> paid -> partly_refunded -> refunded; due -> cancelled | expired.

    amount_fen = sum of the shares; the learner's share is what the gateway collects.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    code = models.CharField(max_length=24, unique=True)  # merchant order number at gateways
    payer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="bills")
    beneficiary = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    region = models.BigIntegerField()
    purpose = models.CharField(max_length=20)  # enrolment
    purpose_id = models.BigIntegerField()  # the place
    subject = models.CharField(max_length=120)  # what the payer reads
    amount_fen = models.BigIntegerField()
    to_pay_fen = models.BigIntegerField()
    paid_fen = models.BigIntegerField(default=0)
    refunded_fen = models.BigIntegerField(default=0)
    state = models.CharField(max_length=16, default="due")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(BillQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose", "purpose_id"], name="bill_once_per_purpose"),
            models.CheckConstraint(
                condition=models.Q(
                    amount_fen__gte=models.F("to_pay_fen"),
                    to_pay_fen__gte=0,
                    paid_fen__gte=0,
                    refunded_fen__gte=0,
                    paid_fen__lte=models.F("to_pay_fen"),
                    refunded_fen__lte=models.F("paid_fen"),
                ),
                name="bill_amounts",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["due", "paid", "partly_refunded", "refunded", "cancelled", "expired"]),
                name="bill_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["paid", "partly_refunded", "refunded"])
                | models.Q(paid_fen=models.F("to_pay_fen")),
                name="bill_paid_in_full",
            ),
        ]


class BillShare(models.Model):
    """Who carries how much of a bill, to the fen."""

    bill = models.ForeignKey(Bill, on_delete=models.CASCADE, related_name="shares")
    payer_kind = models.CharField(max_length=12)  # government, market, institution, learner
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bill", "payer_kind"], name="share_once"),
            models.CheckConstraint(condition=models.Q(amount_fen__gte=0), name="share_amount"),
        ]


class Payment(models.Model):
    """One attempt to pay a bill through one gateway. started -> succeeded | failed | returned (paid too late)."""

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="payments")
    gateway = models.CharField(max_length=12)  # rehearsal, counter, wechat, alipay
    gateway_reference = models.CharField(max_length=64, blank=True)  # the gateway's own number
    amount_fen = models.BigIntegerField()
    state = models.CharField(max_length=10, default="started")
    started_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "gateway_reference"],
                condition=~models.Q(gateway_reference=""),
                name="payment_reference_once",
            ),
            models.UniqueConstraint(fields=["bill"], condition=models.Q(state="succeeded"), name="payment_one_success"),
            models.CheckConstraint(
                condition=models.Q(state__in=["started", "succeeded", "failed", "returned"]), name="payment_state"
            ),
        ]


class CallbackReceipt(models.Model):
    """A gateway's message as it came, whatever became of it: evidence for reconciliation."""

    gateway = models.CharField(max_length=12)
    message_id = models.CharField(max_length=64)
    body_hash = models.BinaryField(max_length=32)
    verdict = models.CharField(max_length=24)  # applied, repeated, forged, stale, wrong_amount, unknown_bill, late
    received_at = models.DateTimeField()
    bill = models.ForeignKey(Bill, null=True, on_delete=models.PROTECT)

    class Meta:
        indexes = [models.Index(fields=["gateway", "message_id"], name="callback_message")]


class Refund(models.Model):
    """Money on its way back to the payer's own channel. asked -> done | failed."""

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="refunds")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT)
    amount_fen = models.BigIntegerField()
    reason = models.CharField(max_length=120)
    rule = models.CharField(max_length=200)  # the dated rule it follows, in words
    state = models.CharField(max_length=8, default="asked")
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_fen__gte=1), name="refund_amount"),
            models.CheckConstraint(condition=models.Q(state__in=["asked", "done", "failed"]), name="refund_state"),
        ]
