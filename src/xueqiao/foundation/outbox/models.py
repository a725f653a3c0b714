from django.db import models
from django.db.models.functions import Now


class OutboxEvent(models.Model):
    """A fact recorded in the transaction that made it true; delivered to subscribers after the commit."""

    name = models.CharField(max_length=80)  # "enrolment.PlaceConfirmed"
    payload = models.JSONField()
    region = models.BigIntegerField(null=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["name", "id"], name="outbox_name")]


class Delivery(models.Model):
    """One event for one subscriber. waiting -> done | waiting again (attempts + 1) | dead (shown to operators)."""

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.CharField(max_length=120)
    state = models.CharField(max_length=8, default="waiting")
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField()
    last_error = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "subscriber"], name="delivery_once"),
            models.CheckConstraint(condition=models.Q(state__in=["waiting", "done", "dead"]), name="delivery_state"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="delivery_waiting"),
        ]
