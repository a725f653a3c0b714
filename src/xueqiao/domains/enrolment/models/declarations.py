from django.db import models

from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class DeclarationQuerySet(ScopedQuerySet):
    region_path = "person__region"
    person_path = "person_id"


class Declaration(models.Model):
    """A paper some classes ask for: the yearly health declaration, or a relative's signature for 80 and older."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="declarations")
    kind = models.CharField(max_length=10)  # health, over80
    given_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")  # who pressed
    signer = models.CharField(max_length=60)  # the name under the paper
    given_at = models.DateTimeField()
    valid_until = models.DateField()

    objects = models.Manager.from_queryset(DeclarationQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["health", "over80"]), name="declaration_kind"),
            models.UniqueConstraint(fields=["person", "kind", "valid_until"], name="declaration_once_a_day"),
        ]
