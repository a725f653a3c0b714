from django.db import models


class RehearsalMessage(models.Model):
    """A short message of a rehearsal: shown on the screen, sent to nobody. Rows older than a day are dropped."""

    phone = models.CharField(max_length=20)
    way = models.CharField(max_length=8)  # sms, voice
    text = models.CharField(max_length=300)
    sent_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["phone", "-sent_at"], name="rehearsal_phone")]
