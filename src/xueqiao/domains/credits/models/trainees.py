"""What institutions hand in under agreements, and what is looked at again."""

from django.db import models

from xueqiao.domains.credits.models.agreements import Agreement
from xueqiao.domains.credits.models.framework import Claim
from xueqiao.domains.institutions.models import Institution
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class OfClaimQuerySet(ScopedQuerySet):
    region_path = "claim__outcome__region"
    person_path = "claim__outcome__person_id"


class TraineeDeposit(models.Model):
    """One line an institution deposited: its evidence number counts once, whoever it names and in whichever file."""

    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="deposit")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="deposits")
    giver = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40)
    post = models.CharField(max_length=40, blank=True)
    deposited_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    deposited_at = models.DateTimeField()

    objects = models.Manager.from_queryset(OfClaimQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["giver", "number"], name="trainee_deposit_number_once"),
            models.CheckConstraint(condition=~models.Q(number=""), name="trainee_deposit_has_number"),
        ]


class QualityCheck(models.Model):
    """What a checker found in a recognised outcome that was drawn for its year. Once, never changed."""

    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="quality_check")
    year = models.SmallIntegerField()
    checker = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    is_sound = models.BooleanField()
    words = models.CharField(max_length=200, blank=True)
    checked_at = models.DateTimeField()

    objects = models.Manager.from_queryset(OfClaimQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_sound=True) | ~models.Q(words=""), name="quality_check_says_what_is_wrong"
            ),
        ]
