from django.db import models

from xueqiao.domains.catalogue.models import Course
from xueqiao.domains.classes.models import ClassRun
from xueqiao.domains.institutions.models import Institution
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class Enterprise(models.Model):
    """A firm that may order classes once staff have seen its licence. applied -> verified | refused."""

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    name = models.CharField(max_length=80)
    credit_code = models.CharField(max_length=18, unique=True)
    region = models.BigIntegerField()
    state = models.CharField(max_length=10, default="applied")
    reason = models.CharField(max_length=120, blank=True)  # of a refusal
    applied_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField()
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(credit_code__regex=r"^[0-9A-HJ-NP-RTUWXY]{18}$"), name="enterprise_credit_code"
            ),
            models.CheckConstraint(
                condition=models.Q(state="applied", answered_at__isnull=True)
                | models.Q(state__in=["verified", "refused"], answered_at__isnull=False),
                name="enterprise_state",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_by__isnull=True) | ~models.Q(answered_by=models.F("applied_by")),
                name="enterprise_answered_by_another",
            ),
        ]
        indexes = [models.Index(fields=["region", "state"], name="enterprise_region")]


class EnterpriseMember(models.Model):
    """A person who acts for an enterprise on its pages, until ended_at."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "person"],
                condition=models.Q(ended_at__isnull=True),
                name="enterprise_member_once",
            ),
        ]


class OrderQuerySet(ScopedQuerySet):
    region_path = "region"


class Order(models.Model):
    """What an enterprise wants taught to how many. States in README.md. due_fen is its bill once a quote is accepted.

    received = counted transfers; earned and returned never pass it: the CHECK is the last wall.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    code = models.CharField(max_length=16, unique=True)  # what the payer writes into the transfer
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="orders")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")  # who gives the class
    region = models.BigIntegerField()
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    learners = models.SmallIntegerField()
    wish_from = models.DateField()
    posts = models.CharField(max_length=120, blank=True)  # whom the firm will employ: 绣花工 12 人
    wage_floor_fen = models.BigIntegerField(null=True)  # a month
    words = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, default="asked")
    reason = models.CharField(max_length=120, blank=True)  # of a refusal or withdrawal
    request_key = models.CharField(max_length=64)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    run = models.OneToOneField(ClassRun, null=True, on_delete=models.PROTECT, related_name="+")
    due_fen = models.BigIntegerField(default=0)
    due_on = models.DateField(null=True)
    received_fen = models.BigIntegerField(default=0)
    earned_fen = models.BigIntegerField(default=0)
    returned_fen = models.BigIntegerField(default=0)
    settled = models.IntegerField(default=0)  # how often earned_fen changed; names the transfer
    excess_fen = models.BigIntegerField(default=0)  # came above the bill and has not gone back

    objects = models.Manager.from_queryset(OrderQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "request_key"], name="order_request_once"),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["asked", "quoted", "accepted", "running", "done", "withdrawn", "refused"]
                ),
                name="order_state",
            ),
            models.CheckConstraint(condition=models.Q(learners__gte=1), name="order_learners"),
            models.CheckConstraint(
                condition=models.Q(
                    received_fen__lte=models.F("due_fen"),
                    earned_fen__gte=0,
                    returned_fen__gte=0,
                    excess_fen__gte=0,
                    received_fen__gte=models.F("earned_fen") + models.F("returned_fen"),
                ),
                name="order_amounts",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["accepted", "running", "done"], due_fen__gte=1, due_on__isnull=False)
                | models.Q(state__in=["asked", "quoted", "withdrawn", "refused"], due_fen=0),
                name="order_bill",
            ),
            models.CheckConstraint(
                condition=models.Q(run__isnull=True) | models.Q(state__in=["running", "done"]), name="order_run"
            ),
        ]
        indexes = [models.Index(fields=["region", "state"], name="order_region")]


class NamedLearnerQuerySet(ScopedQuerySet):
    region_path = "order__region"


class NamedLearner(models.Model):
    """Somebody an enterprise paid a seat for, as it wrote her down; deleted when the order's class is over."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="learners_named", db_index=False)
    name = models.CharField(max_length=60)
    phone = models.CharField(max_length=20)
    post = models.CharField(max_length=30, blank=True)  # the firm's own word: 绣花工
    named_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()

    objects = models.Manager.from_queryset(NamedLearnerQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "phone"], name="named_learner_once"),
            models.CheckConstraint(condition=models.Q(phone__regex=r"^1[0-9]{10}$"), name="named_learner_phone"),
            models.CheckConstraint(condition=~models.Q(name=""), name="named_learner_name"),
        ]


class Quote(models.Model):
    """A price for an order by the rule of a day, binding until valid_until. A later one replaces it."""

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="quotes")
    learners = models.SmallIntegerField()
    per_learner_fen = models.BigIntegerField()
    amount_fen = models.BigIntegerField()
    source = models.CharField(max_length=300)
    valid_until = models.DateField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=models.Q(replaced_at__isnull=True), name="quote_one_stands"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    per_learner_fen__gte=1, amount_fen=models.F("per_learner_fen") * models.F("learners")
                ),
                name="quote_amount",
            ),
        ]


class BankLine(models.Model):
    """Money that came in at the bank, once, whatever file told of it.

    kind: exact, partial, surplus, unknown: what it was when it came. state: counted (by the rule), waiting (a person
    must decide), assigned, returned. counted_fen went to the order's held money, the rest to its excess.
    """

    region = models.BigIntegerField()  # of whoever took the file
    account = models.CharField(max_length=40)  # which of our accounts at the bank
    reference = models.CharField(max_length=64)  # the bank's own number
    day = models.DateField()
    payer = models.CharField(max_length=80)
    amount_fen = models.BigIntegerField()
    words = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=8)
    state = models.CharField(max_length=8)
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="bank_lines")
    counted_fen = models.BigIntegerField(default=0)
    taken_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    resolution = models.CharField(max_length=120, blank=True)
    resolved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "reference"], name="bank_line_once"),
            models.CheckConstraint(
                condition=models.Q(amount_fen__gte=1, counted_fen__gte=0, counted_fen__lte=models.F("amount_fen")),
                name="bank_line_amounts",
            ),
            models.CheckConstraint(
                condition=models.Q(state="counted", order__isnull=False, kind__in=["exact", "partial", "surplus"])
                | models.Q(state="waiting", order__isnull=True, kind="unknown", counted_fen=0)
                | models.Q(state="assigned", order__isnull=False, resolved_at__isnull=False)
                | models.Q(state="returned", order__isnull=True, counted_fen=0, resolved_at__isnull=False),
                name="bank_line_state",
            ),
            models.CheckConstraint(
                condition=models.Q(resolved_at__isnull=True) | ~models.Q(resolution=""), name="bank_line_in_words"
            ),
        ]
        indexes = [models.Index(fields=["region", "state"], name="bank_line_region")]


class Refund(models.Model):
    """Money back to the enterprise's own account. asked -> sent by another person, with the bank's number | dropped."""

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    amount_fen = models.BigIntegerField()
    from_excess_fen = models.BigIntegerField(default=0)  # of it, what had come above the bill; set when sent
    reason = models.CharField(max_length=120)
    state = models.CharField(max_length=8, default="asked")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    sent_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    bank_reference = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=models.Q(state="asked"), name="refund_one_at_a_time"),
            models.CheckConstraint(condition=models.Q(amount_fen__gte=1), name="enterprise_refund_amount"),
            models.CheckConstraint(
                condition=models.Q(state__in=["asked", "dropped"], sent_at__isnull=True)
                | (models.Q(state="sent", sent_at__isnull=False) & ~models.Q(bank_reference="")),
                name="enterprise_refund_state",
            ),
            models.CheckConstraint(
                condition=models.Q(sent_by__isnull=True) | ~models.Q(sent_by=models.F("asked_by")),
                name="enterprise_refund_sent_by_another",
            ),
        ]


class InvoiceRequest(models.Model):
    """An invoice an enterprise asks for. asked -> issued, with its number."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="invoice")
    title = models.CharField(max_length=80)
    tax_number = models.CharField(max_length=20)
    kind = models.CharField(max_length=8)  # plain, special
    amount_fen = models.BigIntegerField()
    state = models.CharField(max_length=8, default="asked")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    number = models.CharField(max_length=20, blank=True)
    issued_on = models.DateField(null=True)
    issued_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~models.Q(number=""), name="invoice_number_once"),
            models.CheckConstraint(condition=models.Q(kind__in=["plain", "special"]), name="invoice_kind"),
            models.CheckConstraint(condition=models.Q(amount_fen__gte=1), name="invoice_amount"),
            models.CheckConstraint(
                condition=models.Q(state="asked", number="", issued_on__isnull=True)
                | (models.Q(state="issued", issued_on__isnull=False) & ~models.Q(number="")),
                name="invoice_state",
            ),
        ]
