"""Credit accounts and what the rules offer for a completion."""

from django.db import models

from xueqiao.domains.learning.models import Completion
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class CreditAccountQuerySet(ScopedQuerySet):
    region_path = "person__region"
    person_path = "person_id"


class CreditAccount(models.Model):
    """One per natural person; never deleted. Balances live on the ledger only."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="credit_account")
    code = models.CharField(max_length=20, unique=True)
    opened_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(CreditAccountQuerySet)()


class CreditProposalQuerySet(ScopedQuerySet):
    region_path = "completion__region"
    person_path = "person_id"


class CreditProposal(models.Model):
    """Credit the rules offer for a completion. proposed -> deposited -> proposed again by undo. Cites its evidence.

    The minutes form a chain per person: `carried_minutes` is the remainder of the proposal before, so that rounding
    down to half a credit never loses an hour.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="credit_proposals")
    completion = models.OneToOneField(Completion, on_delete=models.PROTECT, related_name="credit_proposal")
    unit = models.CharField(max_length=30)  # ledger unit, "CREDIT.community"
    amount_hundredths = models.BigIntegerField()
    allotted_hundredths = models.BigIntegerField(default=0, db_default=0)  # to conversions in force; by trigger only
    minutes_attended = models.IntegerField()
    carried_minutes = models.IntegerField(default=0)  # kept from the proposal before
    remainder_minutes = models.IntegerField(default=0)  # kept as hours, not lost
    rule_text = models.CharField(max_length=300)  # what the resident reads
    rule = models.JSONField()  # values, versions, sources
    state = models.CharField(max_length=10, default="proposed")
    proposed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)  # the person who pressed: the learner or who acts for her
    deposit_count = models.SmallIntegerField(default=0)  # makes each deposit's ledger key new after an undo
    transfer_id = models.BigIntegerField(null=True)  # the ledger transfer that paid it in

    objects = models.Manager.from_queryset(CreditProposalQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_hundredths__gte=0), name="proposal_amount"),
            models.CheckConstraint(
                condition=models.Q(allotted_hundredths__gte=0, allotted_hundredths__lte=models.F("amount_hundredths")),
                name="proposal_not_overused",
            ),
            models.CheckConstraint(
                condition=models.Q(carried_minutes__gte=0, minutes_attended__gte=0, remainder_minutes__gte=0),
                name="proposal_minutes",
            ),
            models.CheckConstraint(condition=models.Q(state__in=["proposed", "deposited"]), name="proposal_state"),
            models.CheckConstraint(
                condition=~models.Q(state="deposited") | models.Q(transfer_id__isnull=False),
                name="proposal_deposit_has_transfer",
            ),
        ]
        indexes = [models.Index(fields=["person", "state"], name="proposal_person")]
