"""Conversions of credit into programmes, what each uses, and what is held on the ledger for it."""

from django.db import models
from django.db.models import F, Q

from xueqiao.domains.credits.models.agreements import Agreement, RuleSetVersion
from xueqiao.domains.credits.models.deposits import CreditProposal
from xueqiao.domains.credits.models.framework import Claim
from xueqiao.domains.institutions.models import Institution
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet

IN_FORCE = ["reserved", "converted"]


class ConversionQuerySet(ScopedQuerySet):
    region_path = "institution__region"
    person_path = "person_id"


class Conversion(models.Model):
    """Credit that a person asks a school to take into a programme.

    reserved -> converted | refused | withdrawn | expired; converted -> reversed. The explanation is kept as the
    evaluator said it, with the hash of its text; the rule version carries its own. `in_force` is what its uses lean on.
    """

    uuid = models.UUIDField(unique=True, editable=False)  # made by the one who asks: the same again is the same deed
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="conversions")
    rule_version = models.ForeignKey(RuleSetVersion, on_delete=models.PROTECT, related_name="+")
    programme = models.CharField(max_length=60)
    programme_title = models.CharField(max_length=120)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, null=True, on_delete=models.PROTECT, related_name="conversions")
    unit = models.CharField(max_length=30)  # of the programme's credits
    amount_hundredths = models.BigIntegerField()  # what counts in the programme: the sum of its uses
    explanation = models.TextField()  # the evaluator's sentences, a line each
    explanation_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, default="reserved")
    in_force = models.GeneratedField(
        expression=Q(state__in=IN_FORCE),  # type: ignore[arg-type]  # the stubs do not know conditions
        output_field=models.BooleanField(),
        db_persist=True,
    )
    reserved_at = models.DateTimeField()
    reserved_by_id = models.BigIntegerField(null=True)
    expires_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decision_words = models.CharField(max_length=200, blank=True)
    reversed_at = models.DateTimeField(null=True)
    reversed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reversal_words = models.CharField(max_length=200, blank=True)

    objects = models.Manager.from_queryset(ConversionQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[*IN_FORCE, "refused", "withdrawn", "expired", "reversed"]),
                name="conversion_state",
            ),
            models.CheckConstraint(condition=Q(amount_hundredths__gt=0), name="conversion_amount"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("reserved_at")), name="conversion_expiry"),
            models.CheckConstraint(
                condition=Q(state="reserved", decided_at=None) | (~Q(state="reserved") & Q(decided_at__isnull=False)),
                name="conversion_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["converted", "refused", "reversed"]) | ~Q(decided_by=F("person")),
                name="conversion_not_by_the_learner",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(decision_words=""), name="conversion_refused_with_words"
            ),
            models.CheckConstraint(
                condition=(Q(state="reversed", reversed_at__isnull=False) & ~Q(reversal_words=""))
                | (~Q(state="reversed") & Q(reversed_at=None, reversal_words="")),
                name="conversion_reversed_with_words",
            ),
            models.CheckConstraint(condition=~Q(reversed_by=F("person")), name="conversion_not_reversed_by_learner"),
            models.UniqueConstraint(fields=["id", "in_force"], name="conversion_in_force"),
        ]
        indexes = [
            models.Index(fields=["person", "reserved_at"], name="conversion_person"),
            models.Index(
                fields=["institution", "expires_at"], condition=Q(state="reserved"), name="conversion_waiting"
            ),
        ]


class ConversionUse(models.Model):
    """What a conversion uses of one recognised outcome: what left the account, and what counts in the programme.

    The parts in force of an outcome never exceed what it gave: triggers add them up in its `allotted_hundredths`, and a
    constraint there holds (sql/parts_of_outcomes.sql).
    `in_force` follows its conversion by foreign key (sql/conversion_uses.sql): nobody sets it. facts: the outcome as
    the rules saw it: the decision can be worked out again, and later conversions find the caps as full as they are.
    """

    conversion = models.ForeignKey(Conversion, on_delete=models.PROTECT, related_name="uses")
    in_force = models.BooleanField(default=True)
    proposal = models.ForeignKey(CreditProposal, null=True, on_delete=models.PROTECT, related_name="uses")
    claim = models.ForeignKey(Claim, null=True, on_delete=models.PROTECT, related_name="uses")
    giver = models.ForeignKey(Institution, null=True, on_delete=models.PROTECT, related_name="+")  # None: outside
    number = models.CharField(max_length=40)  # of the rule it counts by
    category = models.CharField(max_length=40)
    unit = models.CharField(max_length=30)  # of what left the account
    taken_hundredths = models.BigIntegerField()
    counted_hundredths = models.BigIntegerField()
    facts = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(proposal=None, claim__isnull=False) | Q(proposal__isnull=False, claim=None),
                name="conversion_use_of_one",
            ),
            models.UniqueConstraint(fields=["conversion", "proposal"], name="conversion_use_proposal_once"),
            models.UniqueConstraint(fields=["conversion", "claim"], name="conversion_use_claim_once"),
            models.CheckConstraint(
                condition=Q(taken_hundredths__gt=0, counted_hundredths__gt=0), name="conversion_use_amounts"
            ),
        ]


class ConversionHold(models.Model):
    """What a conversion holds in one ledger unit. How the hold ended is the ledger's to say."""

    conversion = models.ForeignKey(Conversion, on_delete=models.PROTECT, related_name="holds")
    unit = models.CharField(max_length=30)
    amount_hundredths = models.BigIntegerField()
    transfer_id = models.BigIntegerField(unique=True)
    reversal_id = models.BigIntegerField(null=True, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversion", "unit"], name="conversion_hold_unit"),
            models.CheckConstraint(condition=Q(amount_hundredths__gt=0), name="conversion_hold_amount"),
        ]
