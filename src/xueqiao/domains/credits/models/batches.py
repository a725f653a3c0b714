"""Orders to issue the certificates of many completions, and how far each is."""

from django.db import models
from django.db.models import F, Q

from xueqiao.domains.institutions.models import Institution
from xueqiao.foundation.scope import ScopedQuerySet


class CertificateBatchQuerySet(ScopedQuerySet):
    region_path = "region"


class CertificateBatch(models.Model):
    """All completions of an institution until a moment that have no certificate yet. running -> done.

    `after_id` is how far it is: completions are taken by id, so a worker that dies goes on where it stood.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="certificate_batches")
    region = models.BigIntegerField()
    total = models.IntegerField()
    issued = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    first_failure = models.CharField(max_length=200, blank=True)
    after_id = models.BigIntegerField(default=0)
    through_id = models.BigIntegerField()
    asked_by_id = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(CertificateBatchQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution"], condition=Q(done_at=None), name="certificate_batch_one"),
            models.CheckConstraint(
                condition=Q(issued__gte=0, failed__gte=0, issued__lte=F("total") - F("failed")),
                name="certificate_batch_counts",
            ),
        ]
