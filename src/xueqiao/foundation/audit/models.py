from django.db import models
from django.db.models.functions import Now


class AuditEntry(models.Model):
    """Who did what, for whom, by which authority. Written in the transaction of the deed; never changed."""

    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    actor_kind = models.CharField(max_length=12)  # resident, staff, system, visitor
    actor_person_id = models.BigIntegerField(null=True)
    acting_for_id = models.BigIntegerField(null=True)  # the person on whose behalf it was done
    authority = models.CharField(max_length=80)  # self, family, guardian, staff:centre_clerk, job:expire_holds
    channel = models.CharField(max_length=12)  # web, counter, phone, paper, api, console, job
    verb = models.CharField(max_length=60)  # hold_seat
    object_kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField(null=True)
    region = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["object_kind", "object_id"], name="audit_object"),
            models.Index(fields=["actor_person_id", "at"], name="audit_actor"),
        ]
