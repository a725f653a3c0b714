from pathlib import Path
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models


ROOM_USE = Path(__file__).with_name("sql") / "room_use.sql"
BACK = """
ALTER TABLE classes_session ADD CONSTRAINT session_room_once
    EXCLUDE USING gist (int8range(room_id, room_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)
    WHERE (state <> 'cancelled');
DROP TRIGGER session_uses_room_insert ON classes_session;
DROP TRIGGER session_uses_room_update ON classes_session;
DROP TRIGGER session_uses_room_delete ON classes_session;
DROP TRIGGER booking_uses_room ON classes_roombooking;
DROP FUNCTION classes_sessions_use_rooms();
DROP FUNCTION classes_bookings_use_rooms();
ALTER TABLE classes_roomuse DROP CONSTRAINT room_use_once;
"""


class Migration(migrations.Migration):
    """The whole schema of this app at once; takes the place of the migrations it names, which it equals."""

    replaces = [
        ("classes", "0001_initial"),
        ("classes", "0002_timetables"),
        ("classes", "0003_room_bookings"),
        ("classes", "0004_changes"),
    ]

    initial = True

    dependencies = [
        ("catalogue", "0001_initial"),
        ("institutions", "0001_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClassRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                ("code", models.CharField(max_length=20, unique=True)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="catalogue.course"
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="institutions.institution"
                    ),
                ),
                ("title", models.CharField(max_length=80)),
                ("region", models.BigIntegerField()),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="institutions.room"
                    ),
                ),
                (
                    "teacher",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="taught_runs", to="people.person"
                    ),
                ),
                ("admission", models.CharField(default="first_come", max_length=16)),
                ("capacity", models.SmallIntegerField()),
                ("learners_min", models.SmallIntegerField(default=12)),
                ("price_fen", models.BigIntegerField(default=0)),
                ("subsidy_fen", models.BigIntegerField(default=0)),
                ("age_min", models.SmallIntegerField(blank=True, null=True)),
                ("age_max", models.SmallIntegerField(blank=True, null=True)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("enrol_opens_at", models.DateTimeField()),
                ("enrol_closes_at", models.DateTimeField()),
                ("state", models.CharField(default="draft", max_length=10)),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("end_reason", models.CharField(blank=True, db_default="", max_length=120)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "copied_from",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="classes.classrun"
                    ),
                ),
                ("is_demo", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["region", "state"], name="run_region_state"),
                    models.Index(fields=["course", "state"], name="run_course_state"),
                    models.Index(fields=["institution", "starts_on"], name="run_institution_start"),
                    models.Index(
                        condition=models.Q(("cancelled_at__isnull", False)),
                        fields=["cancelled_at"],
                        name="run_cancelled_at",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("capacity__gte", 1)), name="run_capacity"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("price_fen__gte", 0), ("subsidy_fen__gte", 0), ("subsidy_fen__lte", models.F("price_fen"))
                        ),
                        name="run_price",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="run_dates"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("enrol_closes_at__gt", models.F("enrol_opens_at"))), name="run_window"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "awaiting", "published", "finished", "cancelled"])),
                        name="run_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            models.Q(("approved_by", models.F("submitted_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="run_approved_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("admission__in", ["first_come", "draw", "priority_draw", "interview"])),
                        name="run_admission",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Holiday",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=16)),
                ("name", models.CharField(max_length=20)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["holiday", "makeup_workday"])), name="holiday_kind"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RoomBooking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="institutions.room"
                    ),
                ),
                ("region", models.BigIntegerField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("club", models.CharField(max_length=40)),
                ("purpose", models.CharField(max_length=80)),
                ("people", models.SmallIntegerField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("state", models.CharField(default="asked", max_length=10)),
                ("request_key", models.CharField(max_length=64)),
                ("asked_at", models.DateTimeField()),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=120)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "starts_at"], name="booking_person"),
                    models.Index(fields=["region", "state", "starts_at"], name="booking_region_state"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "request_key"), name="booking_request_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "confirmed", "refused", "cancelled"])),
                        name="booking_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="booking_times"
                    ),
                    models.CheckConstraint(condition=models.Q(("people__gte", 1)), name="booking_people"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["refused", "cancelled"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="booking_end_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sessions", to="classes.classrun"
                    ),
                ),
                ("number", models.SmallIntegerField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("room", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="institutions.room")),
                (
                    "teacher",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("state", models.CharField(default="planned", max_length=10)),
                ("end_reason", models.CharField(blank=True, db_default="", max_length=120)),
                (
                    "makes_up_for",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="made_up_by",
                        to="classes.session",
                    ),
                ),
                ("given_back_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["teacher", "starts_at"], name="session_teacher"),
                    models.Index(fields=["starts_at"], name="session_starts"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "number"), name="session_number"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="session_times"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["planned", "held", "cancelled"])), name="session_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("given_back_at", None), ("state", "cancelled"), _connector="OR"),
                        name="session_given_back_is_cancelled",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("makes_up_for", None),
                            models.Q(("makes_up_for", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="session_makes_up_for_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoomUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="institutions.room"
                    ),
                ),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                (
                    "session",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="room_use",
                        to="classes.session",
                    ),
                ),
                (
                    "booking",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="room_use",
                        to="classes.roombooking",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("booking__isnull", True), ("session__isnull", False)),
                            models.Q(("booking__isnull", False), ("session__isnull", True)),
                            _connector="OR",
                        ),
                        name="room_use_of_one_thing",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Timetable",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="institutions.institution"
                    ),
                ),
                ("region", models.BigIntegerField()),
                ("first_day", models.DateField()),
                ("state", models.CharField(default="asked", max_length=8)),
                ("task", models.JSONField()),
                ("answer", models.JSONField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("solved_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["institution", "-asked_at"], name="timetable_latest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "solved", "accepted", "dropped"])),
                        name="timetable_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["solved", "accepted"]), _negated=True),
                            models.Q(("answer__isnull", False), ("solved_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="timetable_solved_has_answer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClassListing",
            fields=[
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="listing",
                        serialize=False,
                        to="classes.classrun",
                    ),
                ),
                ("region", models.BigIntegerField()),
                ("category", models.CharField(max_length=20)),
                ("next_starts_at", models.DateTimeField(null=True)),
                ("next_ends_at", models.DateTimeField(null=True)),
                ("weekday", models.SmallIntegerField()),
                ("part_of_day", models.CharField(max_length=10)),
                ("to_pay_fen", models.BigIntegerField()),
                ("suits_elders", models.BooleanField()),
                ("has_lift", models.BooleanField()),
                ("admission", models.CharField(max_length=16)),
                ("seats_left_shown", models.SmallIntegerField()),
                ("lon", models.FloatField()),
                ("lat", models.FloatField()),
                ("enrol_opens_at", models.DateTimeField()),
                ("enrol_closes_at", models.DateTimeField()),
                ("facet_bits", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["region", "next_starts_at"], name="listing_region_next"),
                    models.Index(fields=["next_starts_at", "run"], name="listing_next"),
                    models.Index(fields=["next_ends_at"], name="listing_next_end"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ListingTokens",
            fields=[
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="tokens",
                        serialize=False,
                        to="classes.classrun",
                    ),
                ),
                ("tokens", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["tokens"], name="listing_tokens")],
            },
        ),
        # Neither a room nor a teacher can be in two meetings at once. int8range because the embedded PostgreSQL has no
        # btree_gist; half-open times, so that one class may begin when the other ends.
        migrations.RunSQL(
            sql="""
ALTER TABLE classes_session ADD CONSTRAINT session_room_once
    EXCLUDE USING gist (int8range(room_id, room_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)
    WHERE (state <> 'cancelled');
ALTER TABLE classes_session ADD CONSTRAINT session_teacher_once
    EXCLUDE USING gist (int8range(teacher_id, teacher_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)
    WHERE (state <> 'cancelled');
""",
            reverse_sql="""
ALTER TABLE classes_session DROP CONSTRAINT session_room_once;
ALTER TABLE classes_session DROP CONSTRAINT session_teacher_once;
""",
        ),
        # Titles and names ranked from indexes alone (listings/README.md), and documents kept out of the rows, so that the
        # rows that an index points to are few pages.
        migrations.RunSQL(
            sql="""
CREATE INDEX listing_title_tokens ON classes_listingtokens USING gin (ts_filter(tokens, '{a}'));
CREATE INDEX listing_name_tokens ON classes_listingtokens USING gin (ts_filter(tokens, '{a,b}'));
ALTER TABLE classes_listingtokens SET (toast_tuple_target = 128);
""",
            reverse_sql="""
ALTER TABLE classes_listingtokens RESET (toast_tuple_target);
DROP INDEX listing_name_tokens;
DROP INDEX listing_title_tokens;
""",
        ),
        migrations.RunSQL(sql=ROOM_USE.read_text(), reverse_sql=BACK),
    ]
