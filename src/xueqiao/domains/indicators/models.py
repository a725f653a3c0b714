from django.db import models


class Denominator(models.Model):
    """A population or stock figure with its source and how sure it is; published rates quote it."""

    kind = models.CharField(max_length=30)  # residents, residents_60_plus
    region = models.BigIntegerField()
    as_of = models.DateField()
    value = models.BigIntegerField()
    status = models.CharField(max_length=16)  # sourced, sourced_rounded, estimated
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "region", "as_of"], name="denominator_once"),
            models.CheckConstraint(condition=models.Q(value__gte=0), name="denominator_value"),
            models.CheckConstraint(
                condition=models.Q(status__in=["sourced", "sourced_rounded", "estimated"]), name="denominator_status"
            ),
        ]


class Figure(models.Model):
    """One computed value of one indicator for one unit and period, with what it was computed from."""

    indicator = models.CharField(max_length=60)
    formula_version = models.CharField(max_length=20)
    region = models.BigIntegerField()
    period = models.CharField(max_length=10)  # "2026"
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField(null=True)
    denominator_status = models.CharField(max_length=16, blank=True)
    cut_off_at = models.DateTimeField()
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["indicator", "formula_version", "region", "period"], name="figure_once"),
        ]
        indexes = [models.Index(fields=["indicator", "period", "region"], name="figure_lookup")]
