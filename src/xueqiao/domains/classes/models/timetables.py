from django.db import models

from xueqiao.domains.institutions.models import Institution
from xueqiao.domains.people.models import Person


class Timetable(models.Model):
    """A term's timetable as asked for and as proposed. asked -> solved -> accepted | dropped; asked -> dropped.

    task and answer are the values of the same names: a proposal can be looked at, and solved again, years later.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    region = models.BigIntegerField()
    first_day = models.DateField()
    state = models.CharField(max_length=8, default="asked")
    task = models.JSONField()
    answer = models.JSONField(null=True)
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    solved_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["asked", "solved", "accepted", "dropped"]), name="timetable_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["solved", "accepted"])
                | models.Q(answer__isnull=False, solved_at__isnull=False),
                name="timetable_solved_has_answer",
            ),
        ]
        indexes = [models.Index(fields=["institution", "-asked_at"], name="timetable_latest")]
