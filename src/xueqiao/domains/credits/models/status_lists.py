"""Published lists of what was revoked or suspended, the place of each certificate in them, and who changed what."""

from django.db import models
from django.db.models import F, Q

from xueqiao.domains.credits.models.certificates import Certificate, SigningKey


class StatusList(models.Model):
    """A list of 131,072 places under one key. `version` grows with every change, so that no old text is handed out."""

    number = models.AutoField(primary_key=True)
    signing_key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="status_lists")
    taken = models.IntegerField(default=0)
    version = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(taken__range=(0, 131_072)), name="status_list_taken"),
        ]


class StatusPlace(models.Model):
    """The place of one certificate; the same in the revocation list and the suspension list of that number."""

    status_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="places")
    place = models.IntegerField()
    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="status_place")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["status_list", "place"], name="status_place_once"),
            models.CheckConstraint(condition=Q(place__range=(0, 131_071)), name="status_place_range"),
        ]


class PublishedList(models.Model):
    """The signed text of a list as last handed out; made anew when its version is behind or an hour is over."""

    status_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="published")
    purpose = models.CharField(max_length=12)
    version = models.BigIntegerField()
    text = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["status_list", "purpose"], name="published_list_once"),
            models.CheckConstraint(condition=Q(purpose__in=["revocation", "suspension"]), name="published_purpose"),
        ]


class StatusChange(models.Model):
    """What staff did to a certificate's standing. revoke: asked by one, decided by another; suspend, lift: at once.

    asked -> done | refused. Rows are kept for ever: they say why.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="status_changes")
    kind = models.CharField(max_length=8)
    reason = models.CharField(max_length=40)
    words = models.CharField(max_length=200)
    state = models.CharField(max_length=8)
    asked_by_id = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["certificate"], condition=Q(state="asked"), name="status_change_one_open"),
            models.CheckConstraint(condition=Q(kind__in=["revoke", "suspend", "lift"]), name="status_change_kind"),
            models.CheckConstraint(condition=Q(state__in=["asked", "done", "refused"]), name="status_change_state"),
            models.CheckConstraint(
                condition=~Q(kind="revoke", state="done")
                | (Q(decided_by_id__isnull=False) & ~Q(decided_by_id=F("asked_by_id"))),
                name="status_change_revoked_by_two",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at=None)
                | Q(state__in=["done", "refused"], decided_at__isnull=False),
                name="status_change_decided",
            ),
            models.CheckConstraint(condition=~Q(state="asked") | Q(kind="revoke"), name="status_change_asked"),
        ]
