"""The tables of the ledger. Rows of Unit, Account, Transfer, PostingRow and Seal are immutable (guards.sql).

What Django cannot say (composite foreign keys, triggers, the posting functions) is in
`migrations/sql/`, run by migration 0001.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from xueqiao.foundation.ledger.values import AMOUNT_MAX


class Unit(models.Model):
    """What is counted. `scale`: decimal places people see (CNY in fen: 2)."""

    id = models.SmallAutoField(primary_key=True)
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    scale = models.SmallIntegerField()
    sources = ArrayField(models.CharField(max_length=60), default=list)  # prefixes of accounts without a floor
    opened_at = models.DateTimeField()


class Account(models.Model):
    """A place where an amount of one unit can be. Named "kind:id:purpose"."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    name = models.CharField(max_length=120)
    may_go_negative = models.BooleanField()
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="ledger_account_name"),
            models.UniqueConstraint(fields=["id", "unit"], name="ledger_account_unit"),
            models.UniqueConstraint(fields=["id", "may_go_negative"], name="ledger_account_floor"),
        ]


class Balance(models.Model):
    """What an account holds now; derivable from the postings, kept because floors are checked on it."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, primary_key=True, db_constraint=False)
    may_go_negative = models.BooleanField()  # equals the account's, by composite foreign key
    posted = models.BigIntegerField(default=0)
    held_out = models.BigIntegerField(default=0)
    held_in = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(may_go_negative=True) | Q(posted__gte=F("held_out")), name="ledger_balance_floor"
            ),
            models.CheckConstraint(
                condition=Q(posted__range=(-AMOUNT_MAX, AMOUNT_MAX))
                & Q(held_out__range=(0, AMOUNT_MAX))
                & Q(held_in__range=(0, AMOUNT_MAX)),
                name="ledger_balance_range",
            ),
        ]


class Transfer(models.Model):
    """One movement, or the row that ends a hold (`resolves`). Never changed, never deleted."""

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    kind = models.CharField(max_length=6)
    resolves = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="resolutions"
    )
    key = models.CharField(max_length=120)
    input_hash = models.BinaryField(max_length=32)
    memo = models.JSONField(default=dict)
    at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "key"], name="ledger_transfer_key"),
            models.UniqueConstraint(fields=["id", "unit"], name="ledger_transfer_unit"),
            models.UniqueConstraint(
                fields=["resolves"], condition=Q(resolves__isnull=False), name="ledger_transfer_resolved_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["direct", "held"], resolves__isnull=True)
                | Q(kind__in=["post", "void", "expire"], resolves__isnull=False),
                name="ledger_transfer_kind",
            ),
            models.CheckConstraint(condition=Q(expires_at=None) | Q(kind="held"), name="ledger_transfer_expiry"),
        ]


class PostingRow(models.Model):
    """One line of a direct or held transfer. Composite foreign keys make a line across two units unrepresentable."""

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, db_constraint=False, related_name="postings")
    unit_id = models.SmallIntegerField()
    source = models.ForeignKey(Account, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    destination = models.ForeignKey(Account, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__range=(1, AMOUNT_MAX)), name="ledger_posting_amount"),
            models.CheckConstraint(condition=~Q(source=F("destination")), name="ledger_posting_two_accounts"),
        ]


class OpenHold(models.Model):
    """The holds that have not ended: a working list for the sweep, derivable from the transfers."""

    transfer = models.OneToOneField(Transfer, on_delete=models.PROTECT, primary_key=True, db_constraint=False)
    expires_at = models.DateTimeField(null=True, db_index=True)


class Seal(models.Model):
    """A Merkle root over the rows written since the seal before it.

    `*_through`: the last id covered per table. `leaves`: one record of 41 bytes per covered row (table letter, id,
    SHA-256 of the row), so that a changed row can be named and not only noticed.
    """

    number = models.IntegerField(primary_key=True)
    unit_through = models.BigIntegerField()
    account_through = models.BigIntegerField()
    transfer_through = models.BigIntegerField()
    posting_through = models.BigIntegerField()
    leaves = models.BinaryField()
    previous_root = models.BinaryField(max_length=32)
    root = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()


class OutsideCheck(models.Model):
    """What another program said about the whole ledger. The newest row per tool is what the doctor reads.

    verdict: agrees, differs, absent (the tool is not installed) or broken (it did not finish). words: the first lines
    it said. transfer_through: the last transfer in the file it read.
    """

    tool = models.CharField(max_length=20)
    checked_at = models.DateTimeField(db_index=True)
    verdict = models.CharField(max_length=8)
    words = models.TextField(blank=True)
    transfer_through = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=["agrees", "differs", "absent", "broken"]), name="ledger_outside_verdict"
            )
        ]
