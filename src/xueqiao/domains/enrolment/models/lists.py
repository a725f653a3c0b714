from django.db import models

from xueqiao.domains.classes.models import ClassRun
from xueqiao.foundation.scope import ScopedQuerySet


class ClassList(models.Model):
    """A class whose seats are for the people on a list. Stays when the names are gone: the class stays theirs."""

    run = models.OneToOneField(ClassRun, on_delete=models.PROTECT, primary_key=True, related_name="+")
    host = models.CharField(max_length=80)  # who named them, as people read it
    since = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(host=""), name="class_list_host")]


class ListedPersonQuerySet(ScopedQuerySet):
    region_path = "class_list__run__region"


class ListedPerson(models.Model):
    """Somebody who may take a seat of a class by list; she needs no account. Deleted when the class is over."""

    class_list = models.ForeignKey(ClassList, on_delete=models.CASCADE, related_name="people", db_index=False)
    name = models.CharField(max_length=60)
    phone = models.CharField(max_length=20)

    objects = models.Manager.from_queryset(ListedPersonQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["class_list", "phone"], name="listed_once"),
            models.CheckConstraint(condition=models.Q(phone__regex=r"^1[0-9]{10}$"), name="listed_phone"),
            models.CheckConstraint(condition=~models.Q(name=""), name="listed_name"),
        ]
