import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The whole schema of this app at once; takes the place of the migrations it names, which it equals."""

    replaces = [("people", "0001_initial"), ("people", "0002_notices"), ("people", "0003_access_need")]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                ("code", models.CharField(max_length=16, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("phone", models.CharField(blank=True, max_length=20, null=True)),
                ("birth_date", models.DateField()),
                ("sex", models.CharField(max_length=1)),
                ("region", models.BigIntegerField()),
                ("region_is_declared", models.BooleanField(default=True)),
                ("person_key", models.BinaryField(max_length=32, null=True, unique=True)),
                ("mode", models.CharField(default="", max_length=8)),
                ("is_demo", models.BooleanField(default=False)),
                ("registered_at", models.DateTimeField()),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="people.person"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["region", "birth_date"], name="person_region_birth"),
                    models.Index(fields=["phone"], name="person_phone"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("sex__in", ["f", "m", "u"])), name="person_sex"),
                    models.CheckConstraint(condition=models.Q(("mode__in", ["", "elder", "xl"])), name="person_mode"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="account", to="people.person"
                    ),
                ),
                ("phone", models.CharField(max_length=20, unique=True)),
                ("is_active", models.BooleanField(default=True)),
                ("opened_at", models.DateTimeField()),
                ("session_epoch", models.IntegerField(default=0)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="api_tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("token_hash", models.BinaryField(max_length=32, unique=True)),
                ("label", models.CharField(max_length=60)),
                ("scopes", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("last_used_on", models.DateField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="people.person"
                    ),
                ),
                ("template", models.CharField(max_length=30)),
                ("values", models.JSONField(default=dict)),
                ("text", models.CharField(max_length=300)),
                ("path", models.CharField(blank=True, default="", max_length=200)),
                ("key", models.CharField(max_length=80)),
                ("made_at", models.DateTimeField()),
                ("send_at", models.DateTimeField()),
                ("sms_state", models.CharField(default="waiting", max_length=8)),
                ("sms_tries", models.SmallIntegerField(default=0)),
                ("read_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["recipient", "-made_at"], name="notice_recipient"),
                    models.Index(
                        condition=models.Q(("sms_state", "waiting")), fields=["send_at"], name="notice_waiting"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("recipient", "person", "key"), name="notice_once"),
                    models.CheckConstraint(
                        condition=models.Q(("sms_state__in", ["waiting", "sending", "sent", "failed", "none"])),
                        name="notice_sms_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FamilyLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="acts_for", to="people.person"
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="acted_for_by", to="people.person"
                    ),
                ),
                ("relation", models.CharField(max_length=12)),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("spending_cap_fen", models.BigIntegerField(blank=True, null=True)),
                ("confirmed_how", models.CharField(blank=True, default="", max_length=20)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "active", "ended"])), name="family_link_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("relation__in", ["child", "parent", "guardian", "spouse", "other"])),
                        name="family_link_relation",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("spending_cap_fen", None), ("spending_cap_fen__gte", 0), _connector="OR"),
                        name="family_link_cap",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("agent", models.F("subject")), _negated=True), name="family_link_two_people"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "ended"), _negated=True),
                        fields=("agent", "subject"),
                        name="family_link_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EntryLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_hash", models.BinaryField(max_length=32, unique=True)),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.person")),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consents", to="people.person"
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consents_given", to="people.person"
                    ),
                ),
                ("purpose", models.CharField(max_length=30)),
                ("text_version", models.CharField(max_length=20)),
                ("given_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("subject", "given_by", "purpose"),
                        name="consent_live_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AccessNeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="access_needs", to="people.person"
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("paper", models.CharField(max_length=60)),
                (
                    "registered_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("registered_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["low_vision", "hearing", "walking"])), name="access_need_kind"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("person", "kind"), name="access_need_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SecondFactor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="second_factors",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("kind", models.CharField(max_length=8)),
                ("label", models.CharField(max_length=60)),
                ("secret", models.BinaryField()),
                ("last_counter", models.BigIntegerField(default=0)),
                ("added_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(null=True)),
                ("wrong_tries", models.SmallIntegerField(default=0)),
                ("wrong_since", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["account"], name="factor_account")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("kind__in", ["passkey", "totp"])), name="factor_kind")
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("phone", models.CharField(max_length=20)),
                ("purpose", models.CharField(default="sign_in", max_length=8)),
                (
                    "link",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="people.familylink",
                    ),
                ),
                ("way", models.CharField(default="sms", max_length=8)),
                ("code_hash", models.BinaryField(max_length=32)),
                ("address_hash", models.BinaryField(default=bytes, max_length=32)),
                ("sent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("extended", models.BooleanField(default=False)),
                ("attempts", models.SmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
                ("opened_account_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["phone", "-sent_at"], name="sign_in_code_phone"),
                    models.Index(fields=["address_hash", "sent_at"], name="sign_in_code_address"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["sign_in", "family"])), name="code_purpose"
                    ),
                    models.CheckConstraint(condition=models.Q(("way__in", ["sms", "voice"])), name="code_way"),
                    models.CheckConstraint(
                        condition=models.Q(("attempts__gte", 0), ("attempts__lte", 5)), name="code_attempts"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SpentProof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["expires_at"], name="spent_proof_expiry")],
            },
        ),
        migrations.CreateModel(
            name="StaffRole",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="staff_roles", to="people.person"
                    ),
                ),
                ("role", models.CharField(max_length=20)),
                ("region", models.BigIntegerField()),
                ("institution_id", models.BigIntegerField(blank=True, null=True)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                (
                    "granted_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "valid_from"], name="staff_role_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "teacher",
                                    "centre_clerk",
                                    "county_officer",
                                    "city_officer",
                                    "province_officer",
                                    "operator",
                                ],
                            )
                        ),
                        name="staff_role_known",
                    )
                ],
            },
        ),
    ]
