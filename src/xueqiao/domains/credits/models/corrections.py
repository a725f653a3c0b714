"""What takes recognised credit out of an account again: its rule's validity, and revocation by two people."""

from django.db import models
from django.db.models import F, Q

from xueqiao.domains.credits.models.deposits import CreditProposal
from xueqiao.domains.credits.models.framework import Claim
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class CreditExpiryQuerySet(ScopedQuerySet):
    region_path = "claim__outcome__region"
    person_path = "claim__outcome__person_id"


class CreditExpiry(models.Model):
    """Recognised credit whose rule lets it end. announced -> expired -> restored; announced -> restored.

    Nothing expires on `due_on` unless it was announced the days before that the parameter says. One row per
    recognition, so what an officer restored never expires again.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="expiry")
    due_on = models.DateField()  # the first day it may be gone
    announced_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="announced")
    expired_at = models.DateTimeField(null=True)
    amount_hundredths = models.BigIntegerField(default=0)  # what went to `expired`
    transfer_id = models.BigIntegerField(null=True, unique=True)
    restored_at = models.DateTimeField(null=True)
    restored_by_id = models.BigIntegerField(null=True)
    restore_words = models.CharField(max_length=200, blank=True)
    restore_transfer_id = models.BigIntegerField(null=True, unique=True)

    objects = models.Manager.from_queryset(CreditExpiryQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="announced", expired_at=None, restored_at=None)
                | Q(state="expired", expired_at__isnull=False, restored_at=None)
                | (Q(state="restored", restored_at__isnull=False) & ~Q(restore_words="")),
                name="credit_expiry_state",
            ),
            models.CheckConstraint(
                condition=Q(amount_hundredths=0, transfer_id=None)
                | Q(amount_hundredths__gt=0, transfer_id__isnull=False, expired_at__isnull=False),
                name="credit_expiry_is_posted",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(state="announced"), name="credit_expiry_due"),
        ]


class RecognitionRevocation(models.Model):
    """Staff take a recognition or a deposit back for good: asked by one, decided by another. asked -> done | refused.

    The recognition's own row never changes. What was still there went back to the issuer, the rest is the person's
    deficit.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    proposal = models.ForeignKey(CreditProposal, null=True, on_delete=models.PROTECT, related_name="revocations")
    claim = models.ForeignKey(Claim, null=True, on_delete=models.PROTECT, related_name="revocations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    region = models.BigIntegerField()  # of the recognition: whose officers decide
    reason = models.CharField(max_length=40)
    words = models.CharField(max_length=200)
    state = models.CharField(max_length=8, default="asked")
    asked_by_id = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    available_hundredths = models.BigIntegerField(default=0)  # was still there
    expired_hundredths = models.BigIntegerField(default=0)  # had expired before
    deficit_hundredths = models.BigIntegerField(default=0)  # had been spent: later credit fills it first
    transfer_id = models.BigIntegerField(null=True, unique=True)

    class QuerySet(ScopedQuerySet):
        region_path = "region"
        person_path = "person_id"

    objects = models.Manager.from_queryset(QuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(proposal=None, claim__isnull=False) | Q(proposal__isnull=False, claim=None),
                name="revocation_of_one",
            ),
            models.UniqueConstraint(
                fields=["proposal"], condition=Q(state__in=["asked", "done"]), name="revocation_proposal_once"
            ),
            models.UniqueConstraint(
                fields=["claim"], condition=Q(state__in=["asked", "done"]), name="revocation_claim_once"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at=None)
                | Q(state__in=["done", "refused"], decided_at__isnull=False),
                name="revocation_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | (Q(decided_by_id__isnull=False) & ~Q(decided_by_id=F("asked_by_id"))),
                name="revocation_by_two",
            ),
            models.CheckConstraint(
                condition=Q(available_hundredths__gte=0, expired_hundredths__gte=0, deficit_hundredths__gte=0),
                name="revocation_amounts",
            ),
            models.CheckConstraint(
                condition=Q(transfer_id=None, available_hundredths=0, expired_hundredths=0, deficit_hundredths=0)
                | Q(state="done", transfer_id__isnull=False),
                name="revocation_is_posted",
            ),
        ]
