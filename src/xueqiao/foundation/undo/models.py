"""Steps that may be taken back for ten minutes."""

from django.db import models
from django.db.models import F, Q

from xueqiao.foundation.scope import ScopedQuerySet


class UndoableStepQuerySet(ScopedQuerySet):
    region_path = "region"
    person_path = "person_id"


class UndoableStep(models.Model):
    """A legal or financial step (elder rule E10) and how to take it back: the name of a reversal and its arguments.

    `person_id`: whom the step concerns; `actor_person_id`: who pressed the button (None for the system).
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    what = models.CharField(max_length=120)  # Chinese, as shown on the button: "撤回：报名《智能手机入门》"
    object_kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    actor_person_id = models.BigIntegerField(null=True)
    region = models.BigIntegerField()
    reversal = models.CharField(max_length=80)
    arguments = models.JSONField(default=dict)
    done_at = models.DateTimeField()
    undo_until = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by_id = models.BigIntegerField(null=True)

    objects = models.Manager.from_queryset(UndoableStepQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(undo_until__gt=F("done_at")), name="undo_window"),
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(undone_at__gte=F("done_at"), undone_at__lt=F("undo_until")),
                name="undone_in_window",
            ),
            models.UniqueConstraint(
                fields=["object_kind", "object_id", "reversal", "done_at"], name="undo_offered_once"
            ),
        ]
        indexes = [models.Index(fields=["person_id", "undo_until"], name="undo_person")]
