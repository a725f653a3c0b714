from django.db import models

from xueqiao.domains.classes.models import ClassRun
from xueqiao.domains.enrolment.models.rounds import Entry
from xueqiao.domains.enrolment.models.seats import Place
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import ScopedQuerySet


class WaitingEntryQuerySet(ScopedQuerySet):
    region_path = "region"
    person_path = "members__person_id"


class WaitingEntry(models.Model):
    """One number in the line of one class run: one person, or several who want to come together or not at all.

    waiting -> offered -> accepted | waiting again (not taken, the first time) | left; waiting -> left | enrolled |
    closed. Every change of `state` and `line_key` happens under the pool row of the run, whose `waiting` counts the
    entries that wait. The line is read in the order of `line_key`; it is set once and moved only by two members of
    staff with a reason (`LineMove`), or to the end.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    run = models.ForeignKey(ClassRun, on_delete=models.PROTECT, related_name="+")
    region = models.BigIntegerField()  # the class run's unit, copied for scope
    state = models.CharField(max_length=8, default="waiting")
    source = models.CharField(max_length=8)  # joined, drawn: how it came into the line
    draw_entry = models.ForeignKey(Entry, null=True, on_delete=models.PROTECT, related_name="+")
    size = models.SmallIntegerField(default=1)  # members still in it
    line_key = models.BigIntegerField()
    channel = models.CharField(max_length=8)  # web, counter, phone, paper, api
    joined_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    request_key = models.CharField(max_length=64)  # one submit, one entry; with joined_by
    joined_at = models.DateTimeField()
    passes_used = models.SmallIntegerField(default=0)  # offers not taken while the place in line was kept
    passed_at_freed = models.BigIntegerField(null=True)  # the pool's `freed` when an offer was not taken
    skip_code = models.CharField(max_length=24, blank=True, default="")  # why the last free seat went past, "" if none
    skip_words = models.CharField(max_length=200, blank=True, default="")
    skipped_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=40, blank=True, default="")

    objects = models.Manager.from_queryset(WaitingEntryQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["joined_by", "request_key"], name="waiting_request_once"),
            models.UniqueConstraint(
                fields=["run", "line_key"],
                condition=models.Q(state__in=["waiting", "offered"]),
                name="waiting_line_key",
            ),
            models.UniqueConstraint(
                fields=["run", "draw_entry"], condition=models.Q(draw_entry__isnull=False), name="waiting_drawn_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "offered", "accepted", "left", "enrolled", "closed"]),
                name="waiting_state",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "offered"], ended_at=None, size__gte=1)
                | (~models.Q(state__in=["waiting", "offered"]) & models.Q(ended_at__isnull=False)),
                name="waiting_live_or_ended",
            ),
            models.CheckConstraint(condition=models.Q(source__in=["joined", "drawn"]), name="waiting_source"),
            models.CheckConstraint(
                condition=models.Q(skip_code="") | models.Q(skipped_at__isnull=False), name="waiting_skip_dated"
            ),
        ]
        indexes = [
            models.Index(fields=["run", "line_key"], condition=models.Q(state="waiting"), name="waiting_line"),
        ]


class WaitingMemberQuerySet(ScopedQuerySet):
    region_path = "entry__region"
    person_path = "person_id"


class WaitingMember(models.Model):
    """One person of an entry. A person stands in the line of a class once."""

    entry = models.ForeignKey(WaitingEntry, on_delete=models.CASCADE, related_name="members")
    run = models.ForeignKey(ClassRun, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    is_live = models.BooleanField(default=True)

    objects = models.Manager.from_queryset(WaitingMemberQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "person"], name="waiting_member_once"),
            models.UniqueConstraint(
                fields=["run", "person"], condition=models.Q(is_live=True), name="waiting_person_once_in_line"
            ),
        ]
        indexes = [models.Index(fields=["person"], condition=models.Q(is_live=True), name="waiting_person")]


class OfferQuerySet(ScopedQuerySet):
    region_path = "region"
    person_path = "person_id"


class Offer(models.Model):
    """Why a held place is held: offered to somebody, by which rule, until when, told when, and how it ended.

    open -> accepted | declined | expired | cancelled. The seat, its end and its bill are the place's own; this row
    never moves a seat. One place has at most one offer, and an open offer has a held place.
    """

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(ClassRun, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    region = models.BigIntegerField()
    source = models.CharField(max_length=8)  # waiting, drawn
    waiting_entry = models.ForeignKey(WaitingEntry, null=True, on_delete=models.PROTECT, related_name="offers")
    draw_entry = models.ForeignKey(Entry, null=True, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=200)  # why this person, in words
    state = models.CharField(max_length=10, default="open")
    made_at = models.DateTimeField()
    tell_at = models.DateTimeField()  # when the message may go out: never at night
    until = models.DateTimeField()  # what was promised
    short_words = models.CharField(max_length=120, blank=True, default="")  # why it is shorter than usual, "" if not
    ended_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    objects = models.Manager.from_queryset(OfferQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["draw_entry", "person"],
                condition=models.Q(draw_entry__isnull=False, source="drawn"),
                name="offer_drawn_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "accepted", "declined", "expired", "cancelled"]),
                name="offer_state",
            ),
            models.CheckConstraint(
                condition=models.Q(source="waiting", waiting_entry__isnull=False)
                | models.Q(source="drawn", draw_entry__isnull=False),
                name="offer_has_cause",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", ended_at=None)
                | (~models.Q(state="open") & models.Q(ended_at__isnull=False)),
                name="offer_open_or_ended",
            ),
            models.CheckConstraint(
                condition=models.Q(tell_at__gte=models.F("made_at"), until__gt=models.F("tell_at")),
                name="offer_told_before_end",
            ),
        ]
        indexes = [
            models.Index(fields=["run", "made_at"], name="offer_run"),
            models.Index(fields=["person"], condition=models.Q(state="open"), name="offer_open_person"),
            models.Index(fields=["region", "until"], condition=models.Q(state="open"), name="offer_open_region"),
        ]


class PassedOverQuerySet(ScopedQuerySet):
    region_path = "entry__region"


class PassedOver(models.Model):
    """One offer went past an earlier entry, for this reason. Rows are only added: they are the answer to "why her?"."""

    entry = models.ForeignKey(WaitingEntry, on_delete=models.PROTECT, related_name="passed_over")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="passed_over")
    code = models.CharField(max_length=24)
    words = models.CharField(max_length=200)
    at = models.DateTimeField()

    objects = models.Manager.from_queryset(PassedOverQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "offer"], name="passed_over_once")]


class LineMoveQuerySet(ScopedQuerySet):
    region_path = "entry__region"


class LineMove(models.Model):
    """Staff changed the order of a line: asked by one with a reason, done by another. asked -> done | refused."""

    uuid = models.UUIDField(db_default=models.Func(function="uuidv7"), unique=True, editable=False)
    entry = models.ForeignKey(WaitingEntry, on_delete=models.PROTECT, related_name="moves")
    position = models.IntegerField()  # where it shall stand, from 1
    position_before = models.IntegerField()
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=8, default="asked")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(LineMoveQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry"], condition=models.Q(state="asked"), name="line_move_one_asked"),
            models.CheckConstraint(condition=models.Q(state__in=["asked", "done", "refused"]), name="line_move_state"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="line_move_reason"),
            models.CheckConstraint(condition=models.Q(position__gte=1), name="line_move_position"),
            models.CheckConstraint(
                condition=models.Q(state="asked", decided_by=None)
                | (models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("asked_by"))),
                name="line_move_two_people",
            ),
        ]


class OfferCallQuerySet(ScopedQuerySet):
    region_path = "offer__region"


class OfferCall(models.Model):
    """The desk rang about an offer. outcome: no_answer, will_think, accepted, declined."""

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="calls")
    outcome = models.CharField(max_length=12)
    called_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField()

    objects = models.Manager.from_queryset(OfferCallQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=["no_answer", "will_think", "accepted", "declined"]),
                name="offer_call_outcome",
            )
        ]
