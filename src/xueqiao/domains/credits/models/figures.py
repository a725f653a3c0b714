"""What the bank publishes about itself, a row for each unit from province to county, counted anew every night."""

from django.db import models


class BankFigure(models.Model):
    """Exact counts of one unit. What is small is withheld when it is shown, not here."""

    region = models.BigIntegerField(unique=True)
    level = models.SmallIntegerField()  # 1 province, 2 city, 3 county
    accounts = models.BigIntegerField()  # people who have one
    recognised = models.BigIntegerField()  # of these: something was recognised or deposited
    converted = models.BigIntegerField()  # of these: something was converted
    decided = models.BigIntegerField()  # claims decided within twelve months
    due = models.BigIntegerField()  # claims whose day for the decision has come, decided or not
    in_time = models.BigIntegerField()  # of these: decided by that day
    median_days = models.SmallIntegerField(null=True)  # from claim to decision; None: nothing was decided
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(accounts__gte=models.F("recognised"), recognised__gte=0)
                & models.Q(accounts__gte=models.F("converted"), converted__gte=0)
                & models.Q(due__gte=models.F("in_time"), in_time__gte=0),
                name="bank_figure_parts",
            ),
            models.CheckConstraint(
                condition=models.Q(decided=0, median_days=None) | models.Q(decided__gt=0, median_days__isnull=False),
                name="bank_figure_median",
            ),
        ]
