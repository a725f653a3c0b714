"""Recognition units, outcomes with their evidence, claims and what reviewers said."""

from django.db import models

from xueqiao.domains.credits.models.agreements import Agreement, RuleSetVersion
from xueqiao.domains.institutions.models import Institution
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class RecognitionUnit(models.Model):
    """认证单元: what one is able to do, at which level, with how much work. A version is never edited."""

    code = models.CharField(max_length=40)
    version = models.IntegerField()
    title = models.CharField(max_length=80)
    level = models.SmallIntegerField()
    learning_outcomes = models.JSONField()  # sentences
    notional_minutes = models.IntegerField()
    amount_hundredths = models.BigIntegerField()
    assessment = models.CharField(max_length=200)
    valid_years = models.SmallIntegerField(null=True)
    owner = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    effective_from = models.DateField()
    effective_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="recognition_unit_version"),
            models.CheckConstraint(condition=models.Q(level__range=(1, 10)), name="recognition_unit_level"),
            models.CheckConstraint(
                condition=models.Q(notional_minutes__gt=0, amount_hundredths__gte=0, version__gt=0),
                name="recognition_unit_size",
            ),
        ]


class OutcomeQuerySet(ScopedQuerySet):
    region_path = "region"
    person_path = "person_id"


class Outcome(models.Model):
    """Something a person learned elsewhere, as she says it. `facts` are rule facts, ratios as text ("2/3")."""

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="outcomes")
    region = models.BigIntegerField()
    type = models.CharField(max_length=30)
    title = models.CharField(max_length=80)
    issuer = models.ForeignKey(Institution, null=True, on_delete=models.PROTECT, related_name="+")
    issuer_name = models.CharField(max_length=80)
    ends_on = models.DateField()
    valid_until = models.DateField(null=True)
    facts = models.JSONField(default=dict)
    work_key = models.CharField(max_length=120, blank=True)  # the work a prize was given for, plainly written
    is_void = models.BooleanField(default=False)  # its claim was refused for good; the work may be claimed again
    recorded_at = models.DateTimeField()

    objects = models.Manager.from_queryset(OutcomeQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["type", "work_key", "issuer_name"],
                condition=~models.Q(work_key="") & models.Q(is_void=False),
                name="outcome_work_once",
            ),
        ]
        indexes = [models.Index(fields=["person"], name="outcome_person")]


class Evidence(models.Model):
    """A paper behind an outcome. A file is accepted once in the whole bank: a copy under another name is refused.
    Read only through its outcome.

    method: issuer_feed 4, issuer_query 3, original_seen 2 (by two staff), self_declared 1. What an issuer handed in
    itself is kept as its line, in JSON.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="evidence")
    name = models.CharField(max_length=80)
    content_type = models.CharField(max_length=20)
    body = models.BinaryField()
    sha256 = models.BinaryField(max_length=32, unique=True)
    method = models.CharField(max_length=20, default="self_declared")
    strength = models.SmallIntegerField(default=1)
    verified_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    seen_also_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(method="self_declared", strength=1)
                | models.Q(method="original_seen", strength=2, verified_by__isnull=False)
                | models.Q(method="issuer_query", strength=3, verified_by__isnull=False)
                | models.Q(method="issuer_feed", strength=4),
                name="credit_evidence_strength",
            ),
            models.CheckConstraint(
                condition=~models.Q(verified_by=models.F("seen_also_by")), name="credit_evidence_two_people"
            ),
            models.CheckConstraint(
                condition=models.Q(content_type__in=["image/jpeg", "image/png", "application/pdf"])
                | models.Q(content_type="application/json", method="issuer_feed"),
                name="credit_evidence_kind",
            ),
        ]


class ClaimQuerySet(ScopedQuerySet):
    region_path = "outcome__region"
    person_path = "outcome__person_id"


class Claim(models.Model):
    """Somebody asks that an outcome be recognised. claimed -> accepted -> recognised | refused; refused -> appealed ->
    recognised | refused for good. A decision cites rule version, evidence and deciders."""

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    outcome = models.OneToOneField(Outcome, on_delete=models.PROTECT, related_name="claim")
    rule_version = models.ForeignKey(RuleSetVersion, on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, null=True, on_delete=models.PROTECT, related_name="claims")  # carried it
    programme = models.CharField(max_length=60)
    rules_because = models.CharField(max_length=300, blank=True)  # why these rules and not others
    state = models.CharField(max_length=10, default="claimed")
    reviewers_needed = models.SmallIntegerField(default=3)
    round = models.SmallIntegerField(default=1)  # 2: on appeal, by other reviewers
    claimed_at = models.DateTimeField()
    accept_due = models.DateField()
    decide_due = models.DateField(null=True)
    appeal_until = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)
    amount_hundredths = models.BigIntegerField(default=0)
    allotted_hundredths = models.BigIntegerField(default=0, db_default=0)  # to conversions in force; by trigger only
    explanation = models.JSONField(default=list)  # the sentences the resident reads
    decision_words = models.CharField(max_length=200, blank=True)
    appeal_words = models.CharField(max_length=300, blank=True)
    transfer_id = models.BigIntegerField(null=True)

    objects = models.Manager.from_queryset(ClaimQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["claimed", "accepted", "recognised", "refused", "appealed"]),
                name="claim_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="recognised")
                | models.Q(transfer_id__isnull=False, amount_hundredths__gt=0, decided_at__isnull=False)
                | models.Q(transfer_id=None, amount_hundredths=0, decided_at__isnull=False),
                name="claim_recognised_is_posted",
            ),
            models.CheckConstraint(
                condition=models.Q(allotted_hundredths__gte=0, allotted_hundredths__lte=models.F("amount_hundredths")),
                name="claim_not_overused",
            ),
            models.CheckConstraint(condition=models.Q(reviewers_needed__gte=1), name="claim_reviewers"),
            models.UniqueConstraint(fields=["transfer_id"], name="claim_transfer_once"),
        ]
        indexes = [models.Index(fields=["state", "claimed_at"], name="claim_waiting")]


class Opinion(models.Model):
    """What one reviewer said, once per round."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="opinions")
    round = models.SmallIntegerField()
    reviewer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    is_for = models.BooleanField()
    words = models.CharField(max_length=200, blank=True)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "reviewer"], name="opinion_once"),
        ]
