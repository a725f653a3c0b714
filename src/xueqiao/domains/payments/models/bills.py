from django.db import models

from xueqiao.domains.institutions.models import Institution
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class BillQuerySet(ScopedQuerySet):
    region_path = "region"
    person_path = "beneficiary_id"


class Bill(models.Model):
    """What is owed for one thing, once.

    due -> paid -> partly_refunded -> refunded; due -> cancelled | expired; cancelled | expired -> paid when money
    comes late (the domain that made the bill then keeps or returns it). amount_fen = sum of the shares; the learner's
    share, to_pay_fen, is what the gateway collects.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    code = models.CharField(max_length=24, unique=True)  # what people read aloud
    payer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="bills")
    beneficiary = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")  # who will earn it
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
    pay_link_hash = models.BinaryField(max_length=32, null=True)  # sha256 of the token a relative pays by

    objects = models.Manager.from_queryset(BillQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose", "purpose_id"], name="bill_once_per_purpose"),
            models.UniqueConstraint(
                fields=["pay_link_hash"], condition=models.Q(pay_link_hash__isnull=False), name="bill_pay_link"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    amount_fen__gte=models.F("to_pay_fen"),
                    to_pay_fen__gte=0,  # zero when subsidy, concession and vouchers carry all of it
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
        indexes = [models.Index(fields=["due_at"], condition=models.Q(state="due"), name="bill_due")]


class BillShare(models.Model):
    """Who carries how much of a bill, to the fen, and what became of it.

    Once the bill is paid, amount = released (earned by delivered meetings) + returned (back to this payer) + held. The
    CHECK makes a double release or a refund above the share impossible, whatever code forgets its lock.
    """

    bill = models.ForeignKey(Bill, on_delete=models.CASCADE, related_name="shares")
    payer_kind = models.CharField(max_length=12)  # government, market, institution, voucher, learner
    source_id = models.BigIntegerField(default=0, db_default=0)  # the scheme, for payer_kind voucher; else 0
    amount_fen = models.BigIntegerField()
    released_fen = models.BigIntegerField(default=0, db_default=0)
    returned_fen = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bill", "payer_kind", "source_id"], name="share_once"),
            models.CheckConstraint(condition=models.Q(amount_fen__gte=0), name="share_amount"),
            models.CheckConstraint(
                condition=models.Q(
                    released_fen__gte=0,
                    returned_fen__gte=0,
                    amount_fen__gte=models.F("released_fen") + models.F("returned_fen"),
                ),
                name="share_never_moved_twice",
            ),
            models.CheckConstraint(
                condition=models.Q(payer_kind__in=["government", "market", "institution", "voucher", "learner"]),
                name="share_payer_kind",
            ),
        ]

    @property
    def held_fen(self) -> int:
        """What waits for delivery, once the bill is paid."""
        return self.amount_fen - self.released_fen - self.returned_fen


class Payment(models.Model):
    """One attempt to pay a bill through one gateway.

    started -> succeeded | failed | returned; failed -> succeeded | returned (a gateway may report success after it
    reported a close). returned: the bill was already paid by another attempt, so this money goes back.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="payments")
    order_code = models.CharField(max_length=32, unique=True)  # merchant order number at the gateway
    gateway = models.CharField(max_length=12)  # rehearsal, counter, wechat, alipay
    method = models.CharField(max_length=8)  # wechat, alipay, cash: what the payer chose
    # What kind of order it is at the gateway: desktop, phone or wechat (inside WeChat). Gateways take an order's number
    # for one kind only, and WeChat inside itself for one payer only.
    device = models.CharField(max_length=8, default="desktop", db_default="desktop")
    gateway_reference = models.CharField(max_length=64, blank=True)  # the gateway's own number
    amount_fen = models.BigIntegerField()
    state = models.CharField(max_length=10, default="started")
    started_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    asks = models.SmallIntegerField(default=0, db_default=0)  # how often the gateway was asked about it
    next_ask_at = models.DateTimeField(null=True)  # when to ask next; null: not any more

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "gateway_reference"],
                condition=~models.Q(gateway_reference=""),
                name="payment_reference_once",
            ),
            models.UniqueConstraint(fields=["bill"], condition=models.Q(state="succeeded"), name="payment_one_success"),
            models.CheckConstraint(condition=models.Q(amount_fen__gte=1), name="payment_amount"),
            models.CheckConstraint(
                condition=models.Q(device__in=["desktop", "phone", "wechat"]), name="payment_device"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["started", "succeeded", "failed", "returned"]), name="payment_state"
            ),
        ]
        indexes = [
            models.Index(fields=["next_ask_at"], condition=models.Q(next_ask_at__isnull=False), name="payment_ask"),
            models.Index(fields=["gateway", "settled_at"], name="payment_settled"),
        ]


class CallbackReceipt(models.Model):
    """A gateway's message as it came, whatever became of it: evidence for reconciliation.

    verdict: applied, late, returned (these moved money, once per message), repeated, forged, stale, wrong_amount,
    wrong_currency, wrong_merchant, unknown_bill, other_order, noted (these moved nothing).
    """

    gateway = models.CharField(max_length=12)
    message_id = models.CharField(max_length=64)  # empty when the signature failed: nothing inside can be believed
    body_hash = models.BinaryField(max_length=32)
    verdict = models.CharField(max_length=24)
    received_at = models.DateTimeField()
    bill = models.ForeignKey(Bill, null=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "message_id"],
                condition=models.Q(verdict__in=["applied", "late", "returned"]),
                name="callback_moves_once",
            ),
        ]
        indexes = [
            models.Index(fields=["gateway", "message_id"], name="callback_message"),
            models.Index(fields=["verdict", "received_at"], name="callback_verdict"),
        ]


class Refund(models.Model):
    """Money on its way back to the payer's own channel. asked -> done; asked stays until the gateway has done it.

    is_excess: money of a second payment of the same bill; it never was the bill's, so it is not in refunded_fen.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    key = models.CharField(max_length=64, unique=True)  # one cause, one refund
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="refunds")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT)
    amount_fen = models.BigIntegerField()
    is_excess = models.BooleanField(default=False)
    reason = models.CharField(max_length=120)
    rule = models.CharField(max_length=200)  # the dated rule it follows, in words
    state = models.CharField(max_length=8, default="asked")
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    gateway_reference = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_fen__gte=1), name="refund_amount"),
            models.CheckConstraint(condition=models.Q(state__in=["asked", "done"]), name="refund_state"),
        ]
        indexes = [models.Index(fields=["asked_at"], condition=models.Q(state="asked"), name="refund_asked")]


class GatewaySecret(models.Model):
    """A gateway's own key material, sealed by the gateway with the server's key; the domain cannot read it."""

    gateway = models.CharField(max_length=12, primary_key=True)
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
