from django.db import models
from django.db.models.functions import Upper

from xueqiao.domains.classes.models.runs import ClassRun
from xueqiao.domains.institutions.models import Institution
from xueqiao.domains.people.models import Person


class Programme(models.Model):
    """A named brand of classes: one main school and the sites that give its classes with it (1+N).

    Its unit is the main school's; every site lies in that unit. Never deleted: `closed_on` ends it.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    code = models.CharField(max_length=16, unique=True)  # in addresses: capital letters and digits
    name = models.CharField(max_length=30)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")  # who answers for it
    region = models.BigIntegerField()
    summary = models.CharField(max_length=200)
    source = models.CharField(max_length=160, blank=True)  # the document that set it up
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_on=None) | models.Q(closed_on__gte=models.F("opened_on")),
                name="programme_dates",
            ),
            models.CheckConstraint(condition=models.Q(code=Upper("code")), name="programme_code_capital"),
            models.CheckConstraint(condition=~models.Q(name=""), name="programme_has_name"),
        ]
        indexes = [models.Index(fields=["region"], name="programme_region")]


class ProgrammeSite(models.Model):
    """A school that gives classes of a programme. `called`: the name it carries there (锡工夜校), "" for its own."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="sites")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    called = models.CharField(max_length=30, blank=True)
    is_main = models.BooleanField(default=False)
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        # The migration adds UNIQUE (id, institution_id), to which ProgrammeRun points with both columns.
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "institution"], condition=models.Q(left_on=None), name="programme_site_once"
            ),
            models.UniqueConstraint(
                fields=["programme"], condition=models.Q(is_main=True), name="programme_one_main_site"
            ),
            models.CheckConstraint(
                condition=models.Q(is_main=False) | models.Q(left_on=None), name="programme_main_site_stays"
            ),
            models.CheckConstraint(
                condition=models.Q(left_on=None) | models.Q(left_on__gte=models.F("joined_on")),
                name="programme_site_dates",
            ),
        ]


class ProgrammeRun(models.Model):
    """A class of a programme: of one at most, and of the site whose class it is.

    The migration adds foreign keys (site, institution) and (run, institution): a class that another school gives cannot
    stand under a site.
    """

    run = models.OneToOneField(ClassRun, on_delete=models.CASCADE, primary_key=True, related_name="programme_run")
    site = models.ForeignKey(ProgrammeSite, on_delete=models.PROTECT, related_name="runs")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
