import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    """The whole schema of this app at once; takes the place of the migrations it names, which it equals."""

    replaces = [
        ("enrolment", "0001_initial"),
        ("enrolment", "0002_rounds"),
        ("enrolment", "0003_round_runs"),
        ("enrolment", "0004_waiting"),
        ("enrolment", "0005_entries"),
        ("enrolment", "0006_changes"),
        ("enrolment", "0007_openings"),
        ("enrolment", "0008_draw_hashes"),
        ("enrolment", "0009_mergers"),
        ("enrolment", "0010_late_and_devices"),
        ("enrolment", "0011_hardship"),
    ]

    initial = True

    dependencies = [
        ("classes", "0001_initial"),
        ("institutions", "0001_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AdmissionRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                ("code", models.CharField(max_length=16, unique=True)),
                ("title", models.CharField(max_length=80)),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="institutions.institution"
                    ),
                ),
                ("region", models.BigIntegerField()),
                ("mode", models.CharField(max_length=16)),
                ("state", models.CharField(default="planned", max_length=10)),
                ("series", models.CharField(blank=True, max_length=40)),
                ("info_opens_at", models.DateTimeField()),
                ("priority_opens_at", models.DateTimeField(blank=True, null=True)),
                ("wishes_open_at", models.DateTimeField()),
                ("wishes_close_at", models.DateTimeField()),
                ("offer_hours", models.SmallIntegerField(default=72)),
                ("leftovers_open_at", models.DateTimeField(blank=True, null=True)),
                ("wishes_max", models.SmallIntegerField(default=3)),
                ("group_size_max", models.SmallIntegerField(default=4)),
                ("rules", models.JSONField(default=dict)),
                ("source_kind", models.CharField(max_length=12)),
                ("source_name", models.CharField(max_length=120)),
                ("source_due_at", models.DateTimeField()),
                (
                    "planned_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("opened_at", models.DateTimeField(null=True)),
                ("frozen_at", models.DateTimeField(null=True)),
                ("entry_count", models.IntegerField(null=True)),
                ("list_hash", models.BinaryField(max_length=32, null=True)),
                ("list_root", models.BinaryField(max_length=32, null=True)),
                ("commitment", models.BinaryField(max_length=32, null=True)),
                ("sealed_secret", models.BinaryField(null=True)),
                ("freeze_hash", models.BinaryField(max_length=32, null=True)),
                ("source_value", models.CharField(blank=True, max_length=200)),
                (
                    "source_typed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("source_typed_at", models.DateTimeField(null=True)),
                (
                    "source_confirmed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("source_confirmed_at", models.DateTimeField(null=True)),
                ("drawn_at", models.DateTimeField(null=True)),
                ("seed", models.BinaryField(max_length=32, null=True)),
                ("result_hash", models.BinaryField(max_length=32, null=True)),
                ("draw_hash", models.BinaryField(max_length=32, null=True)),
                ("withheld_because", models.CharField(blank=True, max_length=200)),
                ("end_reason", models.CharField(blank=True, max_length=120)),
                ("is_demo", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [models.Index(fields=["region", "state"], name="round_region_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["planned", "open", "frozen", "drawn", "closed", "cancelled"])
                        ),
                        name="round_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("mode__in", ["draw", "priority_draw", "interview"])), name="round_mode"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source_kind__in", ["lottery", "beacon", "dice"])), name="round_source_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opened_at", None),
                            models.Q(
                                ("opened_by__isnull", False),
                                models.Q(("opened_by", models.F("planned_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="round_opened_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("info_opens_at__lte", models.F("wishes_open_at")),
                            ("wishes_close_at__lt", models.F("source_due_at")),
                            ("wishes_open_at__lt", models.F("wishes_close_at")),
                        ),
                        name="round_windows",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("frozen_at", None), ("frozen_at__lt", models.F("source_due_at")), _connector="OR"
                        ),
                        name="round_frozen_before_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("source_typed_at", None),
                            ("source_typed_at__gte", models.F("source_due_at")),
                            _connector="OR",
                        ),
                        name="round_source_not_early",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("source_confirmed_by", None),
                            models.Q(
                                ("source_typed_by__isnull", False),
                                models.Q(("source_confirmed_by", models.F("source_typed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="round_source_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["frozen", "drawn", "closed"]), _negated=True),
                            models.Q(
                                ("commitment__isnull", False),
                                ("entry_count__isnull", False),
                                ("frozen_at__isnull", False),
                                ("list_hash__isnull", False),
                                ("list_root__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="round_frozen_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["drawn", "closed"]), _negated=True),
                            models.Q(
                                ("drawn_at__isnull", False),
                                ("result_hash__isnull", False),
                                ("seed__isnull", False),
                                ("source_confirmed_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="round_drawn_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CounterDevice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                (
                    "clerk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("label", models.CharField(max_length=40)),
                ("public_key", models.BinaryField(max_length=200, unique=True)),
                ("registered_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Declaration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="declarations", to="people.person"
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                (
                    "given_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("signer", models.CharField(max_length=60)),
                ("given_at", models.DateTimeField()),
                ("valid_until", models.DateField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["health", "over80"])), name="declaration_kind"
                    ),
                    models.UniqueConstraint(fields=("person", "kind", "valid_until"), name="declaration_once_a_day"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                ("code", models.CharField(max_length=16, unique=True)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="enrolment.admissionround",
                    ),
                ),
                ("region", models.BigIntegerField()),
                ("kind", models.CharField(default="single", max_length=10)),
                ("size", models.SmallIntegerField(default=1)),
                (
                    "leader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("channel", models.CharField(max_length=8)),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("request_key", models.CharField(max_length=64)),
                ("entered_at", models.DateTimeField()),
                ("wishes_changed_at", models.DateTimeField(null=True)),
                ("state", models.CharField(default="entered", max_length=10)),
                ("ended_at", models.DateTimeField(null=True)),
                ("end_reason", models.CharField(blank=True, max_length=40)),
                ("salt", models.BinaryField(max_length=16)),
                ("number", models.IntegerField(null=True)),
                ("weight", models.SmallIntegerField(null=True)),
                (
                    "buckets",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12), default=list, size=None
                    ),
                ),
                ("position", models.IntegerField(null=True)),
                (
                    "awarded",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="classes.classrun"
                    ),
                ),
                ("awarded_rank", models.SmallIntegerField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["round", "state"], name="entry_round_state"),
                    models.Index(fields=["leader"], name="entry_leader"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("entered_by", "request_key"), name="entry_request_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("number__isnull", False)), fields=("round", "number"), name="entry_number"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("position__isnull", False)),
                        fields=("round", "position"),
                        name="entry_position",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["entered", "withdrawn", "excluded", "won", "lost"])),
                        name="entry_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["single", "household", "companions"])), name="entry_kind"
                    ),
                    models.CheckConstraint(condition=models.Q(("size__gte", 1)), name="entry_size"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "won"), ("awarded__isnull", False)),
                            models.Q(models.Q(("state", "won"), _negated=True), ("awarded__isnull", True)),
                            _connector="OR",
                        ),
                        name="entry_won_has_class",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EntryMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="enrolment.entry"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="enrolment.admissionround"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="people.person"
                    ),
                ),
                ("state", models.CharField(default="agreed", max_length=8)),
                ("answered_at", models.DateTimeField(null=True)),
                ("losses", models.SmallIntegerField(null=True)),
                ("is_newcomer", models.BooleanField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["person", "state"], name="member_person")],
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "person"), name="member_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "agreed")),
                        fields=("round", "person"),
                        name="member_one_ticket_a_round",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["invited", "agreed", "declined", "left"])),
                        name="member_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="classes.classrun"
                    ),
                ),
                ("choice", models.CharField(max_length=6)),
                (
                    "target",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="classes.classrun"
                    ),
                ),
                ("ask_until", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("decided_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("choice", "merge"), ("finished_at", None)),
                        fields=["ask_until"],
                        name="group_decision_running",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("choice__in", ["open", "merge"])), name="group_decision_choice"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ask_until", None), ("choice", "open"), ("target", None)),
                            models.Q(("ask_until__isnull", False), ("choice", "merge"), ("target__isnull", False)),
                            _connector="OR",
                        ),
                        name="group_decision_merge_has_target",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("target", None), models.Q(("target", models.F("run")), _negated=True), _connector="OR"
                        ),
                        name="group_decision_into_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LateEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="late_entries",
                        to="enrolment.admissionround",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("run_ids", models.JSONField()),
                ("source", models.CharField(max_length=8)),
                ("stamped_at", models.DateTimeField()),
                ("why", models.CharField(max_length=120)),
                ("state", models.CharField(default="waiting", max_length=8)),
                (
                    "received_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("received_at", models.DateTimeField()),
                ("request_key", models.CharField(max_length=64)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision", models.CharField(blank=True, max_length=120)),
                (
                    "entry",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="late",
                        to="enrolment.entry",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("received_by", "request_key"), name="late_request_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "accepted", "refused"])), name="late_state"
                    ),
                    models.CheckConstraint(condition=models.Q(("source__in", ["paper", "device"])), name="late_source"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "waiting"),
                            models.Q(
                                ("decided_by__isnull", False),
                                models.Q(("decided_by", models.F("received_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="late_decided_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stamped_at__lte", models.F("received_at"))),
                        name="late_stamp_before_receipt",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entry__isnull", False), ("state", "accepted")),
                            models.Q(models.Q(("state", "accepted"), _negated=True), ("entry__isnull", True)),
                            _connector="OR",
                        ),
                        name="late_accepted_is_entered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeviceEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="enrolment.counterdevice",
                    ),
                ),
                ("number", models.IntegerField()),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("payload", models.TextField()),
                ("signature", models.BinaryField(max_length=80)),
                ("signed_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("outcome", models.CharField(max_length=10)),
                ("words", models.CharField(blank=True, max_length=200)),
                (
                    "entry",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="enrolment.entry"
                    ),
                ),
                (
                    "late",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="enrolment.lateentry",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("device", "number"), name="device_entry_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entry__isnull", False), ("late__isnull", True), ("outcome", "entered")),
                            models.Q(("entry__isnull", True), ("late__isnull", False), ("outcome", "late")),
                            models.Q(("entry__isnull", True), ("late__isnull", True), ("outcome", "refused")),
                            _connector="OR",
                        ),
                        name="device_outcome",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="opening",
                        serialize=False,
                        to="classes.classrun",
                    ),
                ),
                ("region", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                ("seed", models.BinaryField(max_length=32, null=True)),
                ("numbered_at", models.DateTimeField(null=True)),
                ("last_number", models.IntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("ended_at", None)), fields=["run"], name="opening_live")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("last_number", 0), ("numbered_at__isnull", True), ("seed__isnull", True)),
                            models.Q(("numbered_at__isnull", False), ("seed__isnull", False)),
                            _connector="OR",
                        ),
                        name="opening_numbered_with_seed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                ("code", models.CharField(max_length=16, unique=True)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="places", to="classes.classrun"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="places", to="people.person"
                    ),
                ),
                ("region", models.BigIntegerField()),
                ("state", models.CharField(max_length=10)),
                ("channel", models.CharField(max_length=8)),
                (
                    "enrolled_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("request_key", models.CharField(max_length=64)),
                ("held_at", models.DateTimeField()),
                ("hold_until", models.DateTimeField(null=True)),
                ("hold_extended", models.BooleanField(default=False)),
                ("pays_at_counter", models.BooleanField(default=False)),
                ("is_offered", models.BooleanField(db_default=False, default=False)),
                ("price_fen", models.BigIntegerField(default=0)),
                ("subsidy_fen", models.BigIntegerField(default=0)),
                ("to_pay_fen", models.BigIntegerField(default=0)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("end_reason", models.CharField(blank=True, max_length=40)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "state"], name="place_person"),
                    models.Index(fields=["run", "state"], name="place_run"),
                    models.Index(condition=models.Q(("state", "held")), fields=["hold_until"], name="place_hold_until"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["held", "confirmed"])),
                        fields=("run", "person"),
                        name="place_live_once",
                    ),
                    models.UniqueConstraint(fields=("enrolled_by", "request_key"), name="place_request_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["held", "confirmed", "expired", "released", "withdrawn", "removed"])
                        ),
                        name="place_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "held"), _negated=True), ("hold_until__isnull", False), _connector="OR"
                        ),
                        name="place_hold_has_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HardshipRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hardship_requests",
                        to="enrolment.place",
                    ),
                ),
                ("cause", models.CharField(max_length=8)),
                ("words", models.CharField(max_length=300)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("answer_due", models.DateTimeField()),
                ("state", models.CharField(default="asked", max_length=8)),
                (
                    "first_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "second_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision_words", models.CharField(blank=True, max_length=200)),
                ("refund_fen", models.BigIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["asked", "signed"])),
                        fields=["answer_due"],
                        name="hardship_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["asked", "signed"])),
                        fields=("place",),
                        name="hardship_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cause__in", ["illness", "death", "moving"])), name="hardship_cause"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "signed", "granted", "refused"])),
                        name="hardship_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("second_by", None),
                            models.Q(("second_by", models.F("first_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="hardship_two_people",
                    ),
                    models.CheckConstraint(condition=models.Q(("refund_fen__gte", 0)), name="hardship_amount"),
                ],
            },
        ),
        migrations.CreateModel(
            name="HardshipEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence",
                        to="enrolment.hardshiprequest",
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("content_type", models.CharField(max_length=20)),
                ("body", models.BinaryField()),
                ("sha256", models.BinaryField(max_length=32)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("content_type__in", ["image/jpeg", "image/png", "application/pdf"])),
                        name="evidence_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MergeAsk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="asks", to="enrolment.groupdecision"
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="enrolment.place"
                    ),
                ),
                (
                    "kept",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="enrolment.place"
                    ),
                ),
                ("state", models.CharField(default="asked", max_length=8)),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("refund_fen", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("decision", "place"), name="merge_ask_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "agreed", "declined", "lapsed"])),
                        name="merge_ask_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "asked"), ("answered_at__isnull", False), _connector="OR"),
                        name="merge_ask_answered_at",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeaveRight",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="leave_rights", to="enrolment.place"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="classes.session"
                    ),
                ),
                ("valid_until", models.DateTimeField()),
                ("words", models.CharField(max_length=120)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("place", "session"), name="leave_right_once")],
            },
        ),
        migrations.CreateModel(
            name="Arrival",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "opening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="arrivals", to="enrolment.opening"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("channel", models.CharField(max_length=8)),
                ("number", models.IntegerField(null=True)),
                ("came_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("turn_until", models.DateTimeField(null=True)),
                (
                    "place",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="enrolment.place"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["opening", "number"], name="arrival_waiting"
                    ),
                    models.Index(
                        condition=models.Q(("state", "called")), fields=["opening", "turn_until"], name="arrival_called"
                    ),
                    models.Index(fields=["opening", "changed_at"], name="arrival_changed"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["waiting", "called"])),
                        fields=("opening", "person"),
                        name="arrival_once",
                    ),
                    models.UniqueConstraint(fields=("opening", "number"), name="arrival_number"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "called", "used", "lapsed", "left"])),
                        name="arrival_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "called"), _negated=True),
                            models.Q(("number__isnull", False), ("turn_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="arrival_called_until",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("place__isnull", False), ("state", "used")),
                            models.Q(models.Q(("state", "used"), _negated=True), ("place", None)),
                            _connector="OR",
                        ),
                        name="arrival_used_for_a_place",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoundRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="enrolment.admissionround"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rounds", to="classes.classrun"
                    ),
                ),
                ("seats", models.SmallIntegerField()),
                ("is_beginner", models.BooleanField(default=False)),
                (
                    "continues",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="classes.classrun"
                    ),
                ),
                ("series_terms", models.SmallIntegerField(default=0)),
                ("is_live", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("round", "run"), name="round_run_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_live", True)), fields=("run",), name="run_in_one_live_round"
                    ),
                    models.CheckConstraint(condition=models.Q(("seats__gte", 0)), name="round_run_seats"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("series_terms__gte", 0), models.Q(("continues", models.F("run")), _negated=True)
                        ),
                        name="round_run_series",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SeatPool",
            fields=[
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="seat_pool",
                        serialize=False,
                        to="classes.classrun",
                    ),
                ),
                ("capacity", models.IntegerField()),
                ("held", models.IntegerField(default=0)),
                ("taken", models.IntegerField(default=0)),
                ("kept", models.IntegerField(db_default=0, default=0)),
                ("waiting", models.IntegerField(db_default=0, default=0)),
                ("freed", models.BigIntegerField(db_default=0, default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("held__gte", 0), ("taken__gte", 0)), name="seat_pool_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kept__gte", 0), ("kept__lte", models.F("held")), ("waiting__gte", 0)),
                        name="seat_pool_kept_is_held",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kept", 0), ("waiting__gt", 0), _connector="OR"),
                        name="seat_pool_kept_for_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "capacity__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("held"), "+", models.F("taken")
                                ),
                            )
                        ),
                        name="seat_pool_not_oversold",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SeatQuota",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "round_run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="quotas", to="enrolment.roundrun"
                    ),
                ),
                ("bucket", models.CharField(max_length=12)),
                ("seats", models.SmallIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("round_run", "bucket"), name="quota_once"),
                    models.CheckConstraint(condition=models.Q(("seats__gte", 1)), name="quota_seats"),
                    models.CheckConstraint(
                        condition=models.Q(("bucket__in", ["newcomer", "resident", "access", "returning"])),
                        name="quota_bucket",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WaitingEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="classes.classrun"
                    ),
                ),
                ("region", models.BigIntegerField()),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("source", models.CharField(max_length=8)),
                (
                    "draw_entry",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="enrolment.entry"
                    ),
                ),
                ("size", models.SmallIntegerField(default=1)),
                ("line_key", models.BigIntegerField()),
                ("channel", models.CharField(max_length=8)),
                (
                    "joined_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("request_key", models.CharField(max_length=64)),
                ("joined_at", models.DateTimeField()),
                ("passes_used", models.SmallIntegerField(default=0)),
                ("passed_at_freed", models.BigIntegerField(null=True)),
                ("skip_code", models.CharField(blank=True, default="", max_length=24)),
                ("skip_words", models.CharField(blank=True, default="", max_length=200)),
                ("skipped_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("end_reason", models.CharField(blank=True, default="", max_length=40)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["run", "line_key"], name="waiting_line"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("joined_by", "request_key"), name="waiting_request_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["waiting", "offered"])),
                        fields=("run", "line_key"),
                        name="waiting_line_key",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("draw_entry__isnull", False)),
                        fields=("run", "draw_entry"),
                        name="waiting_drawn_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "offered", "accepted", "left", "enrolled", "closed"])
                        ),
                        name="waiting_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("size__gte", 1), ("state__in", ["waiting", "offered"])),
                            models.Q(
                                models.Q(("state__in", ["waiting", "offered"]), _negated=True),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="waiting_live_or_ended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["joined", "drawn"])), name="waiting_source"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("skip_code", ""), ("skipped_at__isnull", False), _connector="OR"),
                        name="waiting_skip_dated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                (
                    "place",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="enrolment.place"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="classes.classrun"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("region", models.BigIntegerField()),
                ("source", models.CharField(max_length=8)),
                (
                    "waiting_entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="enrolment.waitingentry",
                    ),
                ),
                (
                    "draw_entry",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="enrolment.entry"
                    ),
                ),
                ("rule", models.CharField(max_length=200)),
                ("state", models.CharField(default="open", max_length=10)),
                ("made_at", models.DateTimeField()),
                ("tell_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("short_words", models.CharField(blank=True, default="", max_length=120)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["run", "made_at"], name="offer_run"),
                    models.Index(condition=models.Q(("state", "open")), fields=["person"], name="offer_open_person"),
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["region", "until"], name="offer_open_region"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("draw_entry__isnull", False), ("source", "drawn")),
                        fields=("draw_entry", "person"),
                        name="offer_drawn_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "accepted", "declined", "expired", "cancelled"])),
                        name="offer_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", "waiting"), ("waiting_entry__isnull", False)),
                            models.Q(("draw_entry__isnull", False), ("source", "drawn")),
                            _connector="OR",
                        ),
                        name="offer_has_cause",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("state", "open")),
                            models.Q(models.Q(("state", "open"), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="offer_open_or_ended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tell_at__gte", models.F("made_at")), ("until__gt", models.F("tell_at"))),
                        name="offer_told_before_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OfferCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="enrolment.offer"
                    ),
                ),
                ("outcome", models.CharField(max_length=12)),
                (
                    "called_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("called_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["no_answer", "will_think", "accepted", "declined"])),
                        name="offer_call_outcome",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PassedOver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passed_over",
                        to="enrolment.waitingentry",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="passed_over", to="enrolment.offer"
                    ),
                ),
                ("code", models.CharField(max_length=24)),
                ("words", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("entry", "offer"), name="passed_over_once")],
            },
        ),
        migrations.CreateModel(
            name="LineMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="enrolment.waitingentry"
                    ),
                ),
                ("position", models.IntegerField()),
                ("position_before", models.IntegerField()),
                ("reason", models.CharField(max_length=200)),
                ("state", models.CharField(default="asked", max_length=8)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "asked")), fields=("entry",), name="line_move_one_asked"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "done", "refused"])), name="line_move_state"
                    ),
                    models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="line_move_reason"),
                    models.CheckConstraint(condition=models.Q(("position__gte", 1)), name="line_move_position"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by", None), ("state", "asked")),
                            models.Q(
                                ("decided_by__isnull", False),
                                models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="line_move_two_people",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WaitingMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="enrolment.waitingentry"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="classes.classrun"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("is_live", models.BooleanField(default=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("is_live", True)), fields=["person"], name="waiting_person")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "person"), name="waiting_member_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_live", True)),
                        fields=("run", "person"),
                        name="waiting_person_once_in_line",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Wish",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="wishes", to="enrolment.entry"
                    ),
                ),
                ("rank", models.SmallIntegerField()),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="classes.classrun"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "rank"), name="wish_rank"),
                    models.UniqueConstraint(fields=("entry", "run"), name="wish_run"),
                    models.CheckConstraint(condition=models.Q(("rank__gte", 1)), name="wish_rank_from_one"),
                ],
            },
        ),
    ]
