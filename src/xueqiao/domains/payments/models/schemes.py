from django.db import models

from xueqiao.domains.people.models import Person


class ShareScheme(models.Model):
    """A written, dated agreement on who carries how much of a price: 政府 40、市场 20、机构 10、学员 30.

    It holds for a unit's subtree, for one programme or for all (programme empty), from a day until a day. The nearest
    unit wins, then the named programme, then the latest.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    title = models.CharField(max_length=60)
    source = models.CharField(max_length=200)  # the document: number and issuing body
    region = models.BigIntegerField()
    programme = models.CharField(max_length=30, blank=True)
    government = models.SmallIntegerField()  # percent of the price
    market = models.SmallIntegerField()
    institution = models.SmallIntegerField()
    learner = models.SmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # last day
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(government__gte=0, market__gte=0, institution__gte=0, learner__gte=0),
                name="share_scheme_percents",
            ),
            models.CheckConstraint(
                condition=models.Q(learner=100 - models.F("government") - models.F("market") - models.F("institution")),
                name="share_scheme_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("made_by")),
                name="share_scheme_approved_by_another",
            ),
        ]
        indexes = [models.Index(fields=["region", "valid_from"], name="share_scheme_region")]
