from django.db import models

from xueqiao.domains.enrolment.models.rounds import RoundRun
from xueqiao.domains.enrolment.models.seats import Place
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class ReturnClaimQuerySet(ScopedQuerySet):
    region_path = "place__region"
    person_path = "person_id"


class ReturnClaim(models.Model):
    """A learner of last term's class kept her seat in the priority window: one seat less to draw while it lives."""

    round_run = models.ForeignKey(RoundRun, on_delete=models.PROTECT, related_name="claims")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField()

    objects = models.Manager.from_queryset(ReturnClaimQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["round_run"], name="return_claim_class")]
