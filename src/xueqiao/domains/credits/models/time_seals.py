"""The log that says when certificates were signed: groups under a head, each head under the one before."""

from django.db import models
from django.db.models import Q

from xueqiao.domains.credits.models.certificates import Certificate


class TimeSeal(models.Model):
    """One group. Never changed, never deleted (a trigger refuses). `leaves`: 32 bytes per certificate, in order."""

    number = models.IntegerField(primary_key=True)
    previous = models.BinaryField(max_length=32)
    leaves = models.BinaryField()
    head = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()


class SealedCertificate(models.Model):
    """Where in the log a certificate stands."""

    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="sealed")
    seal = models.ForeignKey(TimeSeal, on_delete=models.PROTECT, related_name="certificates")
    position = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seal", "position"], name="sealed_certificate_position"),
            models.CheckConstraint(condition=Q(position__gte=0), name="sealed_certificate_position_counts"),
        ]
