from django.db import models

from xueqiao.domains.enrolment.models.seats import Place
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class HardshipQuerySet(ScopedQuerySet):
    region_path = "place__region"
    person_path = "place__person_id"


class HardshipRequest(models.Model):
    """Somebody asks for her money after the time of refunds is over: illness, death in the family, moving away.

    asked -> granted | refused; asked -> signed -> granted | refused where the amount needs a second signature.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="hardship_requests")
    cause = models.CharField(max_length=8)
    words = models.CharField(max_length=300)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer_due = models.DateTimeField()
    state = models.CharField(max_length=8, default="asked")
    first_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    second_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_words = models.CharField(max_length=200, blank=True)
    refund_fen = models.BigIntegerField(default=0)

    objects = models.Manager.from_queryset(HardshipQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place"], condition=models.Q(state__in=["asked", "signed"]), name="hardship_open_once"
            ),
            models.CheckConstraint(condition=models.Q(cause__in=["illness", "death", "moving"]), name="hardship_cause"),
            models.CheckConstraint(
                condition=models.Q(state__in=["asked", "signed", "granted", "refused"]), name="hardship_state"
            ),
            models.CheckConstraint(
                condition=models.Q(second_by=None) | ~models.Q(second_by=models.F("first_by")),
                name="hardship_two_people",
            ),
            models.CheckConstraint(condition=models.Q(refund_fen__gte=0), name="hardship_amount"),
        ]
        indexes = [
            models.Index(
                fields=["answer_due"], condition=models.Q(state__in=["asked", "signed"]), name="hardship_waiting"
            )
        ]


class HardshipEvidence(models.Model):
    """A paper that proves a cause, as it was handed in. Seen only by its person and by who decides."""

    request = models.ForeignKey(HardshipRequest, on_delete=models.CASCADE, related_name="evidence")
    name = models.CharField(max_length=80)
    content_type = models.CharField(max_length=20)
    body = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(content_type__in=["image/jpeg", "image/png", "application/pdf"]),
                name="evidence_kind",
            ),
        ]
