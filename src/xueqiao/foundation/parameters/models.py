from django.db import models


class Parameter(models.Model):
    """One value of one rule parameter, for one place, from one day on.

    The nearest place wins (institution, then village up to province), then the latest `valid_from`; the value declared
    in code as the default, marked unconfirmed, is used when no row fits.
    """

    name = models.CharField(max_length=80)  # "credits.minutes_per_credit"
    region = models.BigIntegerField()  # the unit whose subtree it rules
    institution_id = models.BigIntegerField(null=True, blank=True)  # narrows it to one institution
    value = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)  # the document the number comes from
    approved_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name", "region", "institution_id", "valid_from"],
                nulls_distinct=False,
                name="parameter_once_per_day",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gt=models.F("valid_from")),
                name="parameter_dates",
            ),
        ]
