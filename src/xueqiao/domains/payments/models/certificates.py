from django.db import models


class PlatformCertificate(models.Model):
    """A public certificate by which a gateway signs, as the gateway itself handed it out. Public: nothing is sealed."""

    gateway = models.CharField(max_length=12)
    serial = models.CharField(max_length=64)
    pem = models.TextField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "serial"], name="platform_certificate_once"),
            models.CheckConstraint(
                condition=models.Q(valid_to__gt=models.F("valid_from")), name="platform_certificate_time"
            ),
        ]
