from django.db import models


class Denominator(models.Model):
    """A population figure with its source and how sure it is; every rate quotes it."""

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


class Participant(models.Model):
    """One person who counts in one year, once per home she took part from; leads back to the signature on the roll.

    A person who moved during the year has a row per home: she counts in both counties and once in their city, which is
    why units do not add up to the unit above.
    """

    indicator = models.CharField(max_length=40)
    period = models.CharField(max_length=10)
    person_id = models.BigIntegerField()
    region = models.BigIntegerField()  # where she lived on the day
    attendance_id = models.BigIntegerField()  # the first signature that made her count
    first_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["indicator", "period", "person_id", "region"], name="participant_once"),
        ]
        indexes = [models.Index(fields=["indicator", "period", "region", "person_id"], name="participant_region")]


class Figure(models.Model):
    """One value of one indicator for one unit and period. The rate is never stored: it is numerator / denominator."""

    indicator = models.CharField(max_length=40)
    formula_version = models.CharField(max_length=20)
    region = models.BigIntegerField()
    level = models.SmallIntegerField()  # of the unit: 1 province .. 5 village
    period = models.CharField(max_length=10)  # "2026"
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()  # 0: the indicator has no meaning for this unit
    denominator_status = models.CharField(max_length=16)
    denominator_as_of = models.DateField()
    denominator_source = models.CharField(max_length=200)
    cut_off_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["indicator", "formula_version", "period", "region"], name="figure_once"),
            models.CheckConstraint(
                condition=models.Q(numerator__gte=0, denominator__gte=0), name="figure_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["indicator", "period", "level", "region"], name="figure_level_region")]
