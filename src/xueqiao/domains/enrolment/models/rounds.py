from django.contrib.postgres.fields import ArrayField
from django.db import models

from xueqiao.domains.classes.models import ClassRun
from xueqiao.domains.institutions.models import Institution
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class AdmissionRound(models.Model):
    """One admission of a group of classes by ranked wishes: its windows, its rules, and the draw that decides.

    planned -> open -> frozen -> drawn -> closed; planned, open, frozen -> cancelled. A round of interviews has no draw:
    open -> drawn when its results are published, by `source_due_at` at the latest. open: rules and windows are public
    and no longer change. frozen: the list of entries is closed, its hash public; nobody comes in or out any more.
    drawn: the result is public. The order of the moments is a constraint: the list is frozen before the random value
    that decides can be known.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    code = models.CharField(max_length=16, unique=True)
    title = models.CharField(max_length=80)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")  # who holds it
    region = models.BigIntegerField()
    mode = models.CharField(max_length=16)  # draw, priority_draw, interview
    state = models.CharField(max_length=10, default="planned")
    series = models.CharField(max_length=40, blank=True)  # rounds of one series remember each other's losses
    info_opens_at = models.DateTimeField()
    priority_opens_at = models.DateTimeField(null=True, blank=True)
    wishes_open_at = models.DateTimeField()
    wishes_close_at = models.DateTimeField()
    offer_hours = models.SmallIntegerField(default=72)  # to accept and pay after the draw
    leftovers_open_at = models.DateTimeField(null=True, blank=True)
    wishes_max = models.SmallIntegerField(default=3)
    group_size_max = models.SmallIntegerField(default=4)
    rules = models.JSONField(default=dict)  # weights, quotas, limits with sources, as they stood when the round opened
    source_kind = models.CharField(max_length=12)  # lottery, beacon, dice; panel: two judges
    source_name = models.CharField(max_length=120)  # which drawing of which lottery, which beacon round, whose dice
    source_due_at = models.DateTimeField()  # when the value becomes known to anybody
    planned_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True)
    # set when the list is frozen
    frozen_at = models.DateTimeField(null=True)
    entry_count = models.IntegerField(null=True)
    list_hash = models.BinaryField(max_length=32, null=True)  # SHA-256 of the published list file
    list_root = models.BinaryField(max_length=32, null=True)  # Merkle root over its lines, for receipts
    commitment = models.BinaryField(max_length=32, null=True)  # SHA-256 of the platform's own secret part of the seed
    sealed_secret = models.BinaryField(null=True)  # that secret, sealed until the draw
    freeze_hash = models.BinaryField(max_length=32, null=True)  # SHA-256 of the published freeze file: names all of it
    # typed in by one person and again by another
    source_value = models.CharField(max_length=200, blank=True)
    source_typed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    source_typed_at = models.DateTimeField(null=True)
    source_confirmed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    source_confirmed_at = models.DateTimeField(null=True)
    # set by the draw
    drawn_at = models.DateTimeField(null=True)
    seed = models.BinaryField(max_length=32, null=True)
    result_hash = models.BinaryField(max_length=32, null=True)
    draw_hash = models.BinaryField(max_length=32, null=True)  # SHA-256 of the published draw file
    withheld_because = models.CharField(max_length=200, blank=True)  # why the secret is not in the seed; published
    end_reason = models.CharField(max_length=120, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["planned", "open", "frozen", "drawn", "closed", "cancelled"]),
                name="round_state",
            ),
            models.CheckConstraint(
                condition=models.Q(mode__in=["draw", "priority_draw", "interview"]), name="round_mode"
            ),
            models.CheckConstraint(
                condition=models.Q(mode="interview", source_kind="panel")
                | (~models.Q(mode="interview") & models.Q(source_kind__in=["lottery", "beacon", "dice"])),
                name="round_source_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(opened_at=None)
                | (models.Q(opened_by__isnull=False) & ~models.Q(opened_by=models.F("planned_by"))),
                name="round_opened_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    info_opens_at__lte=models.F("wishes_open_at"),
                    wishes_open_at__lt=models.F("wishes_close_at"),
                    wishes_close_at__lt=models.F("source_due_at"),
                ),
                name="round_windows",
            ),
            models.CheckConstraint(
                condition=models.Q(frozen_at=None) | models.Q(frozen_at__lt=models.F("source_due_at")),
                name="round_frozen_before_source",
            ),
            models.CheckConstraint(
                condition=models.Q(source_typed_at=None) | models.Q(source_typed_at__gte=models.F("source_due_at")),
                name="round_source_not_early",
            ),
            models.CheckConstraint(
                condition=models.Q(source_confirmed_by=None)
                | (
                    models.Q(source_typed_by__isnull=False) & ~models.Q(source_confirmed_by=models.F("source_typed_by"))
                ),
                name="round_source_two_people",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["frozen", "drawn", "closed"])
                | (models.Q(mode="interview") & ~models.Q(state="frozen"))
                | models.Q(
                    frozen_at__isnull=False,
                    list_hash__isnull=False,
                    list_root__isnull=False,
                    commitment__isnull=False,
                    entry_count__isnull=False,
                ),
                name="round_frozen_is_whole",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["drawn", "closed"])
                | models.Q(mode="interview", drawn_at__isnull=False)
                | models.Q(
                    drawn_at__isnull=False,
                    seed__isnull=False,
                    result_hash__isnull=False,
                    source_confirmed_by__isnull=False,
                ),
                name="round_drawn_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["region", "state"], name="round_region_state")]


class RoundRun(models.Model):
    """One class of a round. A class stands in one living round at most; seats are what the draw hands out."""

    round = models.ForeignKey(AdmissionRound, on_delete=models.PROTECT, related_name="runs")
    run = models.ForeignKey(ClassRun, on_delete=models.PROTECT, related_name="rounds")
    seats = models.SmallIntegerField()
    is_beginner = models.BooleanField(default=False)  # a share of its seats is kept for newcomers
    continues = models.ForeignKey(ClassRun, null=True, on_delete=models.PROTECT, related_name="+")  # last term's class
    series_terms = models.SmallIntegerField(default=0)  # how many terms its learners may go on without the draw
    is_live = models.BooleanField(default=True)  # False when the round was cancelled

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "run"], name="round_run_once"),
            models.UniqueConstraint(fields=["run"], condition=models.Q(is_live=True), name="run_in_one_live_round"),
            models.CheckConstraint(condition=models.Q(seats__gte=0), name="round_run_seats"),
            models.CheckConstraint(
                condition=models.Q(series_terms__gte=0) & ~models.Q(continues=models.F("run")), name="round_run_series"
            ),
        ]


class SeatQuota(models.Model):
    """Seats of a class kept for one explicit bucket; what a bucket cannot fill goes to everybody."""

    round_run = models.ForeignKey(RoundRun, on_delete=models.CASCADE, related_name="quotas")
    bucket = models.CharField(max_length=12)  # newcomer, resident, access, returning
    seats = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round_run", "bucket"], name="quota_once"),
            models.CheckConstraint(condition=models.Q(seats__gte=1), name="quota_seats"),
            models.CheckConstraint(
                condition=models.Q(bucket__in=["newcomer", "resident", "access", "returning"]), name="quota_bucket"
            ),
        ]


class EntryQuerySet(ScopedQuerySet):
    region_path = "region"
    person_path = "members__person_id"


class Entry(models.Model):
    """One ticket in a round: one person, or a household or companions who want the same class or none.

    entered -> withdrawn (before the freeze) | excluded (at the freeze, with a reason). Who is entered and has a result
    won or lost: freeze and draw write rows of their own (EntryLine, EntryResult) and leave these as they are.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    code = models.CharField(max_length=16, unique=True)  # what people read aloud
    round = models.ForeignKey(AdmissionRound, on_delete=models.PROTECT, related_name="entries", db_index=False)
    region = models.BigIntegerField()  # the round's, copied for scope
    kind = models.CharField(max_length=10, default="single")  # single, household, companions
    size = models.SmallIntegerField(default=1)  # members who agreed
    leader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=8)  # web, counter, phone, paper, api
    entered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    request_key = models.CharField(max_length=64)  # one submit, one entry; with entered_by
    entered_at = models.DateTimeField()
    wishes_changed_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, default="entered")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=40, blank=True)
    salt = models.BinaryField(max_length=16)  # with the entry's code it makes the pseudonym of the published list

    objects = models.Manager.from_queryset(EntryQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entered_by", "request_key"], name="entry_request_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["entered", "withdrawn", "excluded"]), name="entry_state"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["single", "household", "companions"]), name="entry_kind"
            ),
            models.CheckConstraint(condition=models.Q(size__gte=1), name="entry_size"),
        ]
        indexes = [
            models.Index(fields=["round", "state"], name="entry_round_state"),
            models.Index(fields=["leader"], name="entry_leader"),
        ]


class EntryLine(models.Model):
    """Where an entry stands in the published list. Written once, by the freeze; the database refuses a change.

    What the line says (people, weight, buckets, wishes) is read in the list itself. That each entry is one of the round
    is checked by one join for each statement (sql/entry_lines.sql): keys that are looked up row by row cost a draw half
    of what it writes. No entry with a line can be deleted: its members hold it.
    """

    entry = models.OneToOneField(
        Entry, primary_key=True, on_delete=models.PROTECT, related_name="line", db_constraint=False
    )
    round = models.ForeignKey(
        AdmissionRound, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    number = models.IntegerField()  # from 1
    # of the agreed members, in the order of their rows: the report counts people by them
    losses = ArrayField(models.SmallIntegerField())  # earlier losses that count
    newcomers = ArrayField(models.BooleanField())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="entry_line_number"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="entry_line_from_one"),
            models.CheckConstraint(
                condition=models.Q(losses__len=models.F("newcomers__len"), losses__len__gte=1),
                name="entry_line_members",
            ),
        ]


class EntryResult(models.Model):
    """What the draw, or the interview, gave an entry. Written once, checked like a line; the database refuses a change.

    run: the class won, with the rank of that wish; None for who lost and waits.
    """

    entry = models.OneToOneField(
        Entry, primary_key=True, on_delete=models.PROTECT, related_name="result", db_constraint=False
    )
    round = models.ForeignKey(
        AdmissionRound, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    position = models.IntegerField()  # place in the drawn order, from 1
    run = models.ForeignKey(ClassRun, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    rank = models.SmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "position"], name="entry_result_position"),
            models.CheckConstraint(
                condition=models.Q(position__gte=1)
                & (models.Q(run=None, rank=None) | models.Q(run__isnull=False, rank__gte=1)),
                name="entry_result_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["run"], condition=models.Q(run__isnull=False), name="entry_result_run")]


class EntryMemberQuerySet(ScopedQuerySet):
    region_path = "entry__region"
    person_path = "person_id"


class EntryMember(models.Model):
    """One person of an entry. A person has one agreed, living membership in a round: one human being, one ticket.

    invited -> agreed | declined; agreed -> left when the entry is withdrawn or excluded.
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="members", db_index=False)
    round = models.ForeignKey(AdmissionRound, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="entries", db_index=False)
    state = models.CharField(max_length=8, default="agreed")
    answered_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(EntryMemberQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "person"], name="member_once"),
            models.UniqueConstraint(
                fields=["round", "person"], condition=models.Q(state="agreed"), name="member_one_ticket_a_round"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["invited", "agreed", "declined", "left"]), name="member_state"
            ),
        ]
        indexes = [models.Index(fields=["person", "state"], name="member_person")]


class Wish(models.Model):
    """One ranked wish of an entry, 1 the dearest."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="wishes")
    rank = models.SmallIntegerField()
    run = models.ForeignKey(ClassRun, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "rank"], name="wish_rank"),
            models.UniqueConstraint(fields=["entry", "run"], name="wish_run"),
            models.CheckConstraint(condition=models.Q(rank__gte=1), name="wish_rank_from_one"),
        ]
