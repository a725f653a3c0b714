from django.db import models

from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class ConcessionQuerySet(ScopedQuerySet):
    region_path = "region"
    person_path = "person_id"


class Concession(models.Model):
    """Somebody pays less, because a proof was seen: hardship, disability, veteran, student.

    The kind says how much (a parameter); the proof itself stays with the person, only what was seen, by whom and until
    when it holds is kept.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="concessions")
    region = models.BigIntegerField()  # of the desk that saw the proof
    kind = models.CharField(max_length=12)
    proof = models.CharField(max_length=60)  # what was seen: 低保证 2026 年度
    valid_from = models.DateField()
    valid_to = models.DateField()  # last day
    checked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(ConcessionQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["hardship", "disability", "veteran", "student"]), name="concession_kind"
            ),
            models.CheckConstraint(condition=models.Q(valid_to__gte=models.F("valid_from")), name="concession_dates"),
            models.CheckConstraint(
                condition=~models.Q(checked_by=models.F("person")), name="concession_checked_by_another"
            ),
        ]
        indexes = [models.Index(fields=["person", "valid_to"], name="concession_person")]
