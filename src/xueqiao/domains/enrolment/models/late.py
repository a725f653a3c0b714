from django.db import models

from xueqiao.domains.enrolment.models.rounds import AdmissionRound, Entry
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class LateEntryQuerySet(ScopedQuerySet):
    region_path = "round__region"
    person_path = "person_id"


class LateEntry(models.Model):
    """A form that came in after the close and before the freeze, stamped or signed before the close.

    waiting -> accepted (by a second person; the entry is made) | refused.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    round = models.ForeignKey(AdmissionRound, on_delete=models.PROTECT, related_name="late_entries")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    run_ids = models.JSONField()  # the ranked wishes as on the form
    source = models.CharField(max_length=8)  # paper, device
    stamped_at = models.DateTimeField()
    why = models.CharField(max_length=120)
    state = models.CharField(max_length=8, default="waiting")
    received_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    request_key = models.CharField(max_length=64)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=120, blank=True)
    entry = models.OneToOneField(Entry, null=True, on_delete=models.PROTECT, related_name="late")

    objects = models.Manager.from_queryset(LateEntryQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["received_by", "request_key"], name="late_request_once"),
            models.CheckConstraint(condition=models.Q(state__in=["waiting", "accepted", "refused"]), name="late_state"),
            models.CheckConstraint(condition=models.Q(source__in=["paper", "device"]), name="late_source"),
            models.CheckConstraint(
                condition=models.Q(state="waiting")
                | (models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("received_by"))),
                name="late_decided_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(stamped_at__lte=models.F("received_at")), name="late_stamp_before_receipt"
            ),
            models.CheckConstraint(
                condition=models.Q(state="accepted", entry__isnull=False)
                | (~models.Q(state="accepted") & models.Q(entry__isnull=True)),
                name="late_accepted_is_entered",
            ),
        ]
