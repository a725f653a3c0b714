from datetime import datetime

from django.db import models

from xueqiao.domains.classes.models import ClassRun
from xueqiao.domains.enrolment.models.seats import Place
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class GroupDecision(models.Model):
    """What a centre decided about a class with too few learners: open it anyway, or merge it into `target`.

    A merger asks every learner and is over at `ask_until`, or when all have answered; then the class is cancelled and
    who has not agreed gets the money back.
    """

    run = models.OneToOneField(ClassRun, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=6)  # open, merge
    target = models.ForeignKey(ClassRun, null=True, on_delete=models.PROTECT, related_name="+")
    ask_until = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    def terms(self) -> tuple[ClassRun, datetime]:
        """The other class of a merger and until when answers count. Raises ValueError when it is none."""
        if self.target is None or self.ask_until is None:
            raise ValueError("not a merger")
        return self.target, self.ask_until

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(choice__in=["open", "merge"]), name="group_decision_choice"),
            models.CheckConstraint(
                condition=models.Q(choice="open", target=None, ask_until=None)
                | models.Q(choice="merge", target__isnull=False, ask_until__isnull=False),
                name="group_decision_merge_has_target",
            ),
            models.CheckConstraint(
                condition=models.Q(target=None) | ~models.Q(target=models.F("run")), name="group_decision_into_another"
            ),
        ]
        indexes = [
            models.Index(
                fields=["ask_until"],
                condition=models.Q(choice="merge", finished_at=None),
                name="group_decision_running",
            )
        ]


class MergeAskQuerySet(ScopedQuerySet):
    region_path = "place__region"
    person_path = "place__person_id"


class MergeAsk(models.Model):
    """One learner is asked whether she moves to the other class. asked -> agreed | declined | lapsed.

    `kept` is the seat kept for her in the other class until she answers: a held place of its own.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    decision = models.ForeignKey(GroupDecision, on_delete=models.PROTECT, related_name="asks")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    kept = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, default="asked")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    refund_fen = models.BigIntegerField(default=0)  # the difference when the other class costs less, or all of it

    objects = models.Manager.from_queryset(MergeAskQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "place"], name="merge_ask_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["asked", "agreed", "declined", "lapsed"]), name="merge_ask_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state="asked") | models.Q(answered_at__isnull=False), name="merge_ask_answered_at"
            ),
        ]
