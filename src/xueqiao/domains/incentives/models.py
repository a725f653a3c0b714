from django.db import models

from xueqiao.domains.institutions.models import Institution
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class PersonalRows(ScopedQuerySet):
    region_path = "region"
    person_path = "person_id"


class HelpedRows(ScopedQuerySet):
    region_path = "region"
    person_path = "helped_id"


class PointsYear(models.Model):
    """Points a person got in one calendar year: they are one account of the ledger, and run out together.

    told_at: when she was told that they run out; none are taken before she had time to use them.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    year = models.SmallIntegerField()
    region = models.BigIntegerField()  # where she lived when the first of them came
    told_at = models.DateTimeField(null=True)

    objects = PersonalRows.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "year"], name="points_year_once")]
        indexes = [models.Index(fields=["year", "region"], name="points_year_region")]


class Earning(models.Model):
    """What one attended meeting brought, in hundredths of a point. Changed only when the roll is put right.

    worth: by the rule, before the caps; points: what was paid in. version counts the corrections, and names the
    transfers. A person earns at one meeting once: the constraint is the last wall.
    """

    session_id = models.BigIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    region = models.BigIntegerField()
    day = models.DateField()
    minutes = models.IntegerField()
    worth_hundredths = models.IntegerField()
    points_hundredths = models.IntegerField()
    version = models.SmallIntegerField(default=0)

    objects = PersonalRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "session_id"], name="earning_once"),
            models.CheckConstraint(
                condition=models.Q(points_hundredths__gte=0, minutes__gte=0), name="earning_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["person", "day"], name="earning_person_day")]


class Gift(models.Model):
    """Points or time given away. kind: points, hours. receiver None: to the community, to the time bank."""

    kind = models.CharField(max_length=6)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    region = models.BigIntegerField()
    amount = models.BigIntegerField()  # hundredths of a point, or minutes
    given_at = models.DateTimeField()
    given_on = models.DateField()
    request_key = models.CharField(max_length=40)

    objects = PersonalRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "request_key"], name="gift_pressed_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="gift_positive"),
            models.CheckConstraint(condition=~models.Q(receiver=models.F("person")), name="gift_to_another"),
            models.CheckConstraint(condition=models.Q(kind__in=["points", "hours"]), name="gift_kind"),
        ]


class Reward(models.Model):
    """Something points can be given for, at an institution. taken never passes stock: the CHECK is the last wall."""

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    title = models.CharField(max_length=60)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")  # hands it over
    region = models.BigIntegerField()
    partner = models.CharField(max_length=60)  # who gives it: 射阳新华书店
    price_hundredths = models.IntegerField()
    stock = models.IntegerField()
    taken = models.IntegerField(default=0)  # reserved or handed over
    person_year_max = models.SmallIntegerField()
    valid_to = models.DateField()
    closed_at = models.DateTimeField(null=True)
    offered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(taken__gte=0, taken__lte=models.F("stock")), name="reward_not_overtaken"
            ),
            models.CheckConstraint(
                condition=models.Q(price_hundredths__gt=0, person_year_max__gt=0), name="reward_positive"
            ),
        ]
        indexes = [models.Index(fields=["region", "valid_to"], name="reward_region")]


class Redemption(models.Model):
    """A reward set aside for a person. reserved -> handed_over | taken_back | lapsed; handed_over -> taken_back.

    hold_id: the ledger's hold on her points. request_key: one press of the form is one reservation.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    code = models.CharField(max_length=8, unique=True)  # what she says at the counter
    reward = models.ForeignKey(Reward, on_delete=models.PROTECT, related_name="redemptions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    region = models.BigIntegerField()
    points_hundredths = models.IntegerField()
    state = models.CharField(max_length=12, default="reserved")
    hold_id = models.BigIntegerField()
    request_key = models.CharField(max_length=40)
    reserved_at = models.DateTimeField()
    keep_until = models.DateTimeField()
    handed_at = models.DateTimeField(null=True)
    handed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = PersonalRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "reward", "request_key"], name="redemption_pressed_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["reserved", "handed_over", "taken_back", "lapsed"]),
                name="redemption_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(handed_by=models.F("person")), name="redemption_handed_by_another"
            ),
        ]
        indexes = [models.Index(fields=["state", "keep_until"], name="redemption_due")]


class VolunteerTime(models.Model):
    """Time somebody gave on one day. recorded -> confirmed | refused, by a second person; never by herself."""

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    region = models.BigIntegerField()
    day = models.DateField()
    minutes = models.SmallIntegerField()
    words = models.CharField(max_length=80)
    request_key = models.CharField(max_length=40)
    state = models.CharField(max_length=9, default="recorded")
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = PersonalRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recorded_by", "request_key"], name="volunteer_time_pressed_once"),
            models.CheckConstraint(condition=models.Q(minutes__gt=0), name="volunteer_time_positive"),
            models.CheckConstraint(
                condition=~models.Q(recorded_by=models.F("person")), name="volunteer_time_by_organiser"
            ),
            models.CheckConstraint(
                condition=models.Q(state="recorded", decided_by=None, decided_at=None)
                | (
                    models.Q(state__in=["confirmed", "refused"], decided_by__isnull=False, decided_at__isnull=False)
                    & ~models.Q(decided_by=models.F("recorded_by"))
                    & ~models.Q(decided_by=models.F("person"))
                ),
                name="volunteer_time_second_person",
            ),
        ]
        indexes = [
            models.Index(fields=["region", "state"], name="volunteer_time_region"),
            models.Index(fields=["person", "day"], name="volunteer_time_day"),
        ]


class PotSpending(models.Model):
    """Pieces of a reward, paid from what residents gave to their county. asked -> spent | refused, by a second person.

    region: the county whose pot pays. words: what for, published. Neither table nor ledger knows a spending without
    pieces: points of the pot get things, like anybody's, and nothing else.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    reward = models.ForeignKey(Reward, on_delete=models.PROTECT, related_name="+")
    region = models.BigIntegerField()
    pieces = models.SmallIntegerField()
    points_hundredths = models.BigIntegerField()
    words = models.CharField(max_length=100)
    request_key = models.CharField(max_length=40)
    state = models.CharField(max_length=8, default="asked")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asked_by", "request_key"], name="pot_spending_pressed_once"),
            models.CheckConstraint(
                condition=models.Q(pieces__gt=0, points_hundredths__gt=0) & ~models.Q(words=""),
                name="pot_spending_says_what",
            ),
            models.CheckConstraint(
                condition=models.Q(state="asked", decided_by=None, decided_at=None)
                | (
                    models.Q(state__in=["spent", "refused"], decided_by__isnull=False, decided_at__isnull=False)
                    & ~models.Q(decided_by=models.F("asked_by"))
                ),
                name="pot_spending_second_person",
            ),
        ]
        indexes = [models.Index(fields=["region", "state"], name="pot_spending_region")]


class TimeService(models.Model):
    """Help that stored time pays for. asked -> served | refused, by a desk that did not ask; asked -> withdrawn.

    payer None: the time bank pays, from what others gave. region: where the helped person lives; its desk answers.
    hold_id: the minutes are set aside in the ledger until then, so they cannot be promised twice.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    helped = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    payer = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    region = models.BigIntegerField()
    day = models.DateField()
    minutes = models.SmallIntegerField()
    words = models.CharField(max_length=80)
    request_key = models.CharField(max_length=40)
    state = models.CharField(max_length=9, default="asked")
    hold_id = models.BigIntegerField(unique=True)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = HelpedRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asked_by", "request_key"], name="time_service_pressed_once"),
            models.CheckConstraint(condition=models.Q(minutes__gt=0) & ~models.Q(words=""), name="time_service_says"),
            models.CheckConstraint(
                condition=models.Q(state="asked", decided_by=None, decided_at=None)
                | models.Q(state="withdrawn", decided_by__isnull=False, decided_at__isnull=False)
                | (
                    models.Q(state__in=["served", "refused"], decided_by__isnull=False, decided_at__isnull=False)
                    & ~models.Q(decided_by=models.F("asked_by"))
                    & ~models.Q(decided_by=models.F("helped"))
                    & (models.Q(payer=None) | ~models.Q(decided_by=models.F("payer")))
                ),
                name="time_service_second_person",
            ),
        ]
        indexes = [models.Index(fields=["region", "state"], name="time_service_region")]
