from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from xueqiao.domains.catalogue.models import Course
from xueqiao.domains.institutions.models import Institution, Room
from xueqiao.domains.people.models import Person


class ClassRun(models.Model):
    """One course, given once: when, where, by whom, for how much.

    state: draft -> published (free of charge), or draft -> awaiting -> published (somebody else approved the price);
    published -> finished | cancelled; draft, awaiting -> cancelled. Seats are counted in enrolment; `capacity` is what
    was planned.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    code = models.CharField(max_length=20, unique=True)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="runs")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="runs")
    title = models.CharField(max_length=80)
    region = models.BigIntegerField()
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="runs")
    teacher = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="taught_runs")
    admission = models.CharField(max_length=16, default="first_come")  # first_come, draw, priority_draw, interview
    capacity = models.SmallIntegerField()
    learners_min = models.SmallIntegerField(default=12)
    price_fen = models.BigIntegerField(default=0)  # what the class costs per learner
    subsidy_fen = models.BigIntegerField(default=0)  # carried by government, applied by itself
    age_min = models.SmallIntegerField(null=True, blank=True)
    age_max = models.SmallIntegerField(null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    enrol_opens_at = models.DateTimeField()
    enrol_closes_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="draft")
    submitted_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=120, blank=True, db_default="")  # why it was cancelled, in words
    cancelled_at = models.DateTimeField(null=True, blank=True)
    is_by_list = models.BooleanField(default=False, db_default=False)  # shown; whose list it is, enrolment knows
    copied_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(capacity__gte=1), name="run_capacity"),
            models.CheckConstraint(
                condition=models.Q(price_fen__gte=0, subsidy_fen__gte=0, subsidy_fen__lte=models.F("price_fen")),
                name="run_price",
            ),
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="run_dates"),
            models.CheckConstraint(
                condition=models.Q(enrol_closes_at__gt=models.F("enrol_opens_at")), name="run_window"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "awaiting", "published", "finished", "cancelled"]),
                name="run_state",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("submitted_by")),
                name="run_approved_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(admission__in=["first_come", "draw", "priority_draw", "interview"]),
                name="run_admission",
            ),
        ]
        indexes = [
            models.Index(fields=["region", "state"], name="run_region_state"),
            models.Index(fields=["course", "state"], name="run_course_state"),
            models.Index(fields=["institution", "starts_on"], name="run_institution_start"),
            models.Index(
                fields=["cancelled_at"], condition=models.Q(cancelled_at__isnull=False), name="run_cancelled_at"
            ),
        ]


class Session(models.Model):
    """One meeting of a class run. Neither a room nor a teacher can be in two meetings at once (exclusion in SQL).

    A cancelled meeting is owed to the learners until another one makes up for it or its share was given back.
    """

    run = models.ForeignKey(ClassRun, on_delete=models.CASCADE, related_name="sessions")
    number = models.SmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    room = models.ForeignKey(Room, on_delete=models.PROTECT)
    teacher = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default="planned")  # planned -> held | cancelled
    end_reason = models.CharField(max_length=120, blank=True, db_default="")  # why it was cancelled, in words
    cancelled_at = models.DateTimeField(null=True, blank=True)  # beforehand, by the organiser; null when just missed
    makes_up_for = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="made_up_by"
    )
    given_back_at = models.DateTimeField(null=True, blank=True)  # its share of the price went back to the payers

    class Meta:
        # Never two at once: rooms in models/rooms.py (RoomUse), teachers and assistants in models/assistants.py
        # (TeachingUse); triggers on this table keep both calendars.
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="session_number"),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="session_times"),
            models.CheckConstraint(
                condition=models.Q(state__in=["planned", "held", "cancelled"]), name="session_state"
            ),
            models.CheckConstraint(
                condition=models.Q(given_back_at=None) | models.Q(state="cancelled"),
                name="session_given_back_is_cancelled",
            ),
            models.CheckConstraint(
                condition=models.Q(makes_up_for=None) | ~models.Q(makes_up_for=models.F("id")),
                name="session_makes_up_for_another",
            ),
        ]
        indexes = [
            models.Index(fields=["teacher", "starts_at"], name="session_teacher"),
            models.Index(fields=["starts_at"], name="session_starts"),
        ]


class ClassListing(models.Model):
    """What the find page filters and sorts by, one narrow row per published class run. Shown, never used to decide.

    Rewritten by `refresh_listings`; `seats_left_shown` is set by enrolment in the transaction that moves a seat. The
    search tokens live in their own table: a row stays under 150 bytes and the facets' single pass stays in memory.
    """

    run = models.OneToOneField(ClassRun, on_delete=models.CASCADE, primary_key=True, related_name="listing")
    region = models.BigIntegerField()
    category = models.CharField(max_length=20)
    next_starts_at = models.DateTimeField(null=True)  # next meeting; None when all are over
    next_ends_at = models.DateTimeField(null=True)
    weekday = models.SmallIntegerField()  # 1 Monday .. 7 Sunday, of the next meeting, local time
    part_of_day = models.CharField(max_length=10)  # morning, afternoon, evening
    to_pay_fen = models.BigIntegerField()
    suits_elders = models.BooleanField()
    has_lift = models.BooleanField()
    admission = models.CharField(max_length=16)
    seats_left_shown = models.SmallIntegerField()
    lon = models.FloatField()
    lat = models.FloatField()
    enrol_opens_at = models.DateTimeField()
    enrol_closes_at = models.DateTimeField()
    facet_bits = models.IntegerField()  # category, part of day, free, elders, lift: packed by rules.facet_bits

    class Meta:
        indexes = [
            models.Index(fields=["region", "next_starts_at"], name="listing_region_next"),
            models.Index(fields=["next_starts_at", "run"], name="listing_next"),
            models.Index(fields=["next_ends_at"], name="listing_next_end"),
        ]


class ListingTokens(models.Model):
    """The search tokens of one listing: course, institution, place and teacher (see catalogue/search/README.md)."""

    run = models.OneToOneField(ClassRun, on_delete=models.CASCADE, primary_key=True, related_name="tokens")
    tokens = SearchVectorField()

    class Meta:
        # The migration adds two more over ts_filter(tokens, ...): only titles, only titles and names.
        indexes = [GinIndex(fields=["tokens"], name="listing_tokens")]


class Holiday(models.Model):
    """A public holiday, or a weekend day that is worked to make up for one. Loaded yearly from the shipped calendar."""

    day = models.DateField(primary_key=True)
    kind = models.CharField(max_length=16)  # holiday, makeup_workday
    name = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["holiday", "makeup_workday"]), name="holiday_kind"),
        ]
