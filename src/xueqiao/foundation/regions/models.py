from django.db import models


class RegionUnit(models.Model):
    """One unit of the five levels, as it was named between two dates.

    A code may be reused or renamed over the years, so (code, valid_from) is the key; `merged_into` says where the
    people of an ended unit went.
    """

    code = models.BigIntegerField()
    name = models.CharField(max_length=80)
    level = models.SmallIntegerField()  # 1 province, 2 city, 3 county, 4 township, 5 village
    kind = models.CharField(max_length=24)  # county, county_statistical_zone, subdistrict, town, township, quasi, ...
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # the first day it is no longer valid
    merged_into = models.BigIntegerField(null=True, blank=True)
    lon = models.DecimalField(max_digits=9, decimal_places=5, null=True, blank=True)
    lat = models.DecimalField(max_digits=9, decimal_places=5, null=True, blank=True)
    point_is_synthetic = models.BooleanField(default=False)  # a made-up point is flagged on screen
    pinyin = models.CharField(max_length=160, default="", blank=True)  # hedezhen
    initials = models.CharField(max_length=40, default="", blank=True)  # hdz

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="region_unit_code_from"),
            models.UniqueConstraint(fields=["code"], condition=models.Q(valid_to=None), name="region_unit_one_valid"),
            models.CheckConstraint(condition=models.Q(level__gte=1, level__lte=5), name="region_unit_level"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gt=models.F("valid_from")),
                name="region_unit_dates",
            ),
        ]
        indexes = [models.Index(fields=["level", "code"], name="region_unit_level_code")]
