from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models

from xueqiao.domains.classes.models.runs import Session
from xueqiao.domains.people.models import Person


class SessionAssistant(models.Model):
    """Somebody who helps the teacher of one meeting (助教). She moves with it and is free when it is dropped."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="assistants")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="assistant_once_a_session"),
        ]


class TeachingUse(models.Model):
    """The one calendar of those who teach: a person is in one meeting at a time, as its teacher or as its assistant.

    Written by triggers on both tables and by nothing else. The migration adds:
    EXCLUDE USING gist (int8range(person_id, person_id, '[]') WITH &&, during WITH &&).
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    during = DateTimeRangeField()
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="teaching_uses")
    is_assistant = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["session"], name="teaching_use_session")]
