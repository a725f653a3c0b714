from django.db import models

from xueqiao.domains.enrolment.models.late import LateEntry
from xueqiao.domains.enrolment.models.rounds import Entry
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class CounterDevice(models.Model):
    """A device of a village desk: its public key, registered to one clerk. The private key never leaves the browser
    that made it.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    clerk = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=40)
    public_key = models.BinaryField(max_length=200, unique=True)  # SubjectPublicKeyInfo, ECDSA P-256
    registered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)


class DeviceEntryQuerySet(ScopedQuerySet):
    region_path = "person__region"
    person_path = "device__clerk_id"


class DeviceEntry(models.Model):
    """One entry taken without network, exactly as signed by its device; kept whatever became of it."""

    device = models.ForeignKey(CounterDevice, on_delete=models.PROTECT, related_name="entries")
    number = models.IntegerField()  # counted by the device from 1: a gap shows
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    payload = models.TextField()
    signature = models.BinaryField(max_length=80)
    signed_at = models.DateTimeField()
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=10)  # entered, late, refused
    words = models.CharField(max_length=200, blank=True)  # why it was refused
    entry = models.ForeignKey(Entry, null=True, on_delete=models.PROTECT, related_name="+")
    late = models.ForeignKey(LateEntry, null=True, on_delete=models.PROTECT, related_name="+")

    objects = models.Manager.from_queryset(DeviceEntryQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "number"], name="device_entry_once"),
            models.CheckConstraint(
                condition=models.Q(outcome="entered", entry__isnull=False, late__isnull=True)
                | models.Q(outcome="late", entry__isnull=True, late__isnull=False)
                | models.Q(outcome="refused", entry__isnull=True, late__isnull=True),
                name="device_outcome",
            ),
        ]
