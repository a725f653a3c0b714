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
    """Credit the rules offer for a completion. proposed -> deposited | declined. Cites rule version and evidence."""

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="credit_proposals")
    completion = models.OneToOneField(Completion, on_delete=models.PROTECT, related_name="credit_proposal")
    unit = models.CharField(max_length=30)  # ledger unit, "CREDIT.community"
    amount_hundredths = models.BigIntegerField()
    remainder_minutes = models.IntegerField(default=0)  # kept as hours, not lost
    rule_text = models.CharField(max_length=300)  # what the resident reads
    rule = models.JSONField()  # values, versions, sources
    state = models.CharField(max_length=10, default="proposed")
    proposed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    transfer_id = models.BigIntegerField(null=True)  # the ledger transfer that paid it in

    objects = models.Manager.from_queryset(CreditProposalQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_hundredths__gte=0), name="proposal_amount"),
            models.CheckConstraint(
                condition=models.Q(state__in=["proposed", "deposited", "declined"]), name="proposal_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="deposited") | models.Q(transfer_id__isnull=False),
                name="proposal_deposit_has_transfer",
            ),
        ]


class SigningKey(models.Model):
    """A key that signs certificates. active -> retired | stolen (certificates signed after `stolen_at` fail)."""

    key_id = models.CharField(max_length=100, unique=True)  # did:key or did:web fragment
    public_key = models.CharField(max_length=100)  # multibase
    private_key_sealed = models.BinaryField()  # sealed with the server's key
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    stolen_at = models.DateTimeField(null=True)


class CertificateQuerySet(ScopedQuerySet):
    region_path = "region"
    person_path = "person_id"


class Certificate(models.Model):
    """A certificate of completion as issued: the signed credential is the record, the PDF is drawn from it."""

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    code = models.CharField(max_length=24, unique=True)  # printed; typed into the verify page
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="certificates")
    completion = models.OneToOneField(Completion, on_delete=models.PROTECT, related_name="certificate")
    region = models.BigIntegerField()
    credential = models.JSONField()  # Open Badges 3.0 with its proof, byte-stable
    signing_key = models.ForeignKey(SigningKey, on_delete=models.PROTECT)
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoke_reason = models.CharField(max_length=40, blank=True)

    objects = models.Manager.from_queryset(CertificateQuerySet)()
