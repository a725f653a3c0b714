from django.db import models


class Institution(models.Model):
    """A body of the network, or one of its government parents. Opened, merged and closed by date.

    kind: open_university, county_college, township_centre, village_school (the five-level network);
    education_bureau, government (typed parents); venue_owner (partners with rooms); vocational_school, enterprise
    (parties to agreements; an enterprise's code is its unified social credit code).
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    region = models.BigIntegerField()  # the unit it sits in
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=160, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    lon = models.DecimalField(max_digits=9, decimal_places=5, null=True)
    lat = models.DecimalField(max_digits=9, decimal_places=5, null=True)
    serves_elders = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "open_university",
                        "county_college",
                        "township_centre",
                        "village_school",
                        "education_bureau",
                        "government",
                        "venue_owner",
                        "vocational_school",
                        "enterprise",
                    ]
                ),
                name="institution_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_on=None) | models.Q(closed_on__gte=models.F("opened_on")),
                name="institution_dates",
            ),
        ]
        indexes = [models.Index(fields=["region", "kind"], name="institution_region_kind")]


class InstitutionParent(models.Model):
    """Dual management: one education-side and one government-side parent at a time, never one tree."""

    child = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="parents")
    parent = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="children")
    side = models.CharField(max_length=10)  # education, government
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(side__in=["education", "government"]), name="parent_side"),
            models.CheckConstraint(condition=~models.Q(child=models.F("parent")), name="parent_is_another"),
            models.UniqueConstraint(
                fields=["child", "side"], condition=models.Q(valid_to=None), name="parent_one_per_side"
            ),
        ]


class InstitutionArea(models.Model):
    """An institution covers units; a unit may be covered by several (many-to-many, dated)."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="areas")
    region = models.BigIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "region"], condition=models.Q(valid_to=None), name="area_once"
            ),
        ]
        indexes = [models.Index(fields=["region"], name="area_region")]


class StandardCertificate(models.Model):
    """Certification of a township centre as standardised (标准化社区教育中心), valid between two dates."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="certificates")
    score = models.SmallIntegerField()  # of 100
    valid_from = models.DateField()
    valid_to = models.DateField()
    withdrawn_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(score__gte=0, score__lte=100), name="certificate_score"),
            models.CheckConstraint(
                condition=models.Q(valid_to__gt=models.F("valid_from")), name="standard_certificate_dates"
            ),
        ]


class Venue(models.Model):
    """A place with an address where classes meet."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="venues")
    name = models.CharField(max_length=80)
    region = models.BigIntegerField()
    address = models.CharField(max_length=160, blank=True)
    lon = models.DecimalField(max_digits=9, decimal_places=5)
    lat = models.DecimalField(max_digits=9, decimal_places=5)
    point_is_synthetic = models.BooleanField(default=True)
    has_lift = models.BooleanField(default=False)
    has_ramp = models.BooleanField(default=False)
    how_to_get_there = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["region"], name="venue_region")]


class Room(models.Model):
    """A room that can be booked; its seats are the upper bound of any class held in it."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField(max_length=40)
    seats = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["venue", "name"], name="room_name"),
            models.CheckConstraint(condition=models.Q(seats__gte=1), name="room_seats"),
        ]
