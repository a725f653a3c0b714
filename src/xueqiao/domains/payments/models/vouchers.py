from django.db import models

from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class VoucherScheme(models.Model):
    """One budget that pays parts of bills for the people it names.

    kind: learning (so much per person and year, applied by itself), campaign (handed out for an occasion), enterprise
    (an employer pays for its people). The budget is an account of the ledger whose floor is zero: no two bills can
    spend the same fen. open -> closed: what is left goes back to the sponsor.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    kind = models.CharField(max_length=10)
    title = models.CharField(max_length=60)  # 2026 年学习券
    source = models.CharField(max_length=200)  # the document it rests on
    region = models.BigIntegerField()
    sponsor = models.CharField(max_length=40)  # government, market, or enterprise:<id>
    amount_fen = models.BigIntegerField()  # per person and year (learning), per voucher otherwise
    age_min = models.SmallIntegerField(null=True, blank=True)
    age_max = models.SmallIntegerField(null=True, blank=True)
    needs_concession = models.BooleanField(default=False)  # only for people with a checked concession
    valid_from = models.DateField()
    valid_to = models.DateField()  # last day it can be used
    state = models.CharField(max_length=8, default="open")
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["learning", "campaign", "enterprise"]), name="voucher_scheme_kind"
            ),
            models.CheckConstraint(condition=models.Q(state__in=["open", "closed"]), name="voucher_scheme_state"),
            models.CheckConstraint(condition=models.Q(amount_fen__gte=1), name="voucher_scheme_amount"),
            models.CheckConstraint(
                condition=models.Q(valid_to__gte=models.F("valid_from")), name="voucher_scheme_dates"
            ),
        ]
        indexes = [models.Index(fields=["region", "state"], name="voucher_scheme_region")]


class VoucherQuerySet(ScopedQuerySet):
    region_path = "scheme__region"
    person_path = "person_id"


class Voucher(models.Model):
    """What one person may spend of a scheme in one year. used_fen never passes amount_fen."""

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    scheme = models.ForeignKey(VoucherScheme, on_delete=models.PROTECT, related_name="vouchers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="vouchers")
    year = models.SmallIntegerField()
    amount_fen = models.BigIntegerField()
    used_fen = models.BigIntegerField(default=0)
    valid_from = models.DateField()
    valid_to = models.DateField()
    issued_at = models.DateTimeField()

    objects = models.Manager.from_queryset(VoucherQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "person", "year"], name="voucher_once"),
            models.CheckConstraint(
                condition=models.Q(used_fen__gte=0, used_fen__lte=models.F("amount_fen")), name="voucher_not_overspent"
            ),
        ]
        indexes = [models.Index(fields=["person", "valid_to"], name="voucher_person")]


class VoucherUse(models.Model):
    """A voucher's part of one bill: reserved while the bill is due, spent once it is paid, freed when it ended unpaid.

    Reserved money is on hold in the ledger, so that the budget cannot be promised twice.
    """

    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="uses")
    bill = models.ForeignKey("payments.Bill", on_delete=models.PROTECT, related_name="voucher_uses")
    amount_fen = models.BigIntegerField()
    returned_fen = models.BigIntegerField(default=0)
    state = models.CharField(max_length=8, default="reserved")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["voucher", "bill"], name="voucher_use_once"),
            models.CheckConstraint(
                condition=models.Q(amount_fen__gte=1, returned_fen__gte=0, returned_fen__lte=models.F("amount_fen")),
                name="voucher_use_amounts",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["reserved", "spent", "freed"]), name="voucher_use_state"
            ),
        ]
