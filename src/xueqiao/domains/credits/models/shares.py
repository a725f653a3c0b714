"""Links by which somebody shows certificates to others for some days."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class CertificateShareQuerySet(ScopedQuerySet):
    region_path = "person__region"
    person_path = "person_id"


class CertificateShare(models.Model):
    """A link. Only the hash of its token is kept, and nothing of who opened it.

    scope: "summary" shows titles, hours and dates without the name; "full" the name and the files too.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="certificate_shares")
    token_hash = models.BinaryField(max_length=32, unique=True)
    certificate_ids = ArrayField(models.BigIntegerField())
    scope = models.CharField(max_length=8)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(CertificateShareQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(scope__in=["summary", "full"]), name="certificate_share_scope"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="certificate_share_expires"),
        ]
        indexes = [models.Index(fields=["person", "expires_at"], name="certificate_share_person")]
