import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


GUARD = """
CREATE FUNCTION payments_cash_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    day_state text;
BEGIN
    IF TG_TABLE_NAME = 'payments_cashday' THEN
        IF OLD.state = 'closed' THEN
            RAISE EXCEPTION 'cash day % is closed', OLD.id USING ERRCODE = 'check_violation';
        END IF;
    ELSIF TG_OP = 'INSERT' THEN
        SELECT state INTO day_state FROM payments_cashday WHERE id = NEW.cash_day_id FOR SHARE;
        IF day_state <> 'open' THEN
            RAISE EXCEPTION 'cash day % is %', NEW.cash_day_id, day_state USING ERRCODE = 'check_violation';
        END IF;
    ELSE
        RAISE EXCEPTION 'cash movements are never changed' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cash_day_guard BEFORE UPDATE OR DELETE ON payments_cashday
    FOR EACH ROW EXECUTE FUNCTION payments_cash_guard();
CREATE TRIGGER cash_movement_guard BEFORE INSERT OR UPDATE OR DELETE ON payments_cashmovement
    FOR EACH ROW EXECUTE FUNCTION payments_cash_guard();
"""
UNGUARD = """
DROP TRIGGER cash_movement_guard ON payments_cashmovement;
DROP TRIGGER cash_day_guard ON payments_cashday;
DROP FUNCTION payments_cash_guard();
"""


class Migration(migrations.Migration):
    """The whole schema of this app at once; takes the place of the migrations it names, which it equals."""

    replaces = [
        ("payments", "0001_initial"),
        ("payments", "0002_gateways"),
        ("payments", "0003_money_held"),
        ("payments", "0004_reconciliation"),
    ]

    initial = True

    dependencies = [
        ("institutions", "0001_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="GatewaySecret",
            fields=[
                ("gateway", models.CharField(max_length=12, primary_key=True, serialize=False)),
                ("sealed", models.BinaryField()),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Bill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                ("code", models.CharField(max_length=24, unique=True)),
                (
                    "payer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bills", to="people.person"
                    ),
                ),
                (
                    "beneficiary",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="institutions.institution"
                    ),
                ),
                ("region", models.BigIntegerField()),
                ("purpose", models.CharField(max_length=20)),
                ("purpose_id", models.BigIntegerField()),
                ("subject", models.CharField(max_length=120)),
                ("amount_fen", models.BigIntegerField()),
                ("to_pay_fen", models.BigIntegerField()),
                ("paid_fen", models.BigIntegerField(default=0)),
                ("refunded_fen", models.BigIntegerField(default=0)),
                ("state", models.CharField(default="due", max_length=16)),
                ("made_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("paid_at", models.DateTimeField(null=True)),
                ("pay_link_hash", models.BinaryField(max_length=32, null=True)),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("state", "due")), fields=["due_at"], name="bill_due")],
                "constraints": [
                    models.UniqueConstraint(fields=("purpose", "purpose_id"), name="bill_once_per_purpose"),
                    models.UniqueConstraint(
                        condition=models.Q(("pay_link_hash__isnull", False)),
                        fields=("pay_link_hash",),
                        name="bill_pay_link",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_fen__gte", models.F("to_pay_fen")),
                            ("paid_fen__gte", 0),
                            ("paid_fen__lte", models.F("to_pay_fen")),
                            ("refunded_fen__gte", 0),
                            ("refunded_fen__lte", models.F("paid_fen")),
                            ("to_pay_fen__gte", 0),
                        ),
                        name="bill_amounts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["due", "paid", "partly_refunded", "refunded", "cancelled", "expired"])
                        ),
                        name="bill_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["paid", "partly_refunded", "refunded"]), _negated=True),
                            ("paid_fen", models.F("to_pay_fen")),
                            _connector="OR",
                        ),
                        name="bill_paid_in_full",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BillPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "bill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="payments.bill"
                    ),
                ),
                ("delivery_id", models.BigIntegerField()),
                ("state", models.CharField(default="waiting", max_length=10)),
                ("turn", models.SmallIntegerField(default=0)),
                ("planned_at", models.DateTimeField()),
                ("moved_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["delivery_id"], name="part_delivery"),
                    models.Index(condition=models.Q(("state", "owed")), fields=["moved_at"], name="part_owed"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("bill", "delivery_id"), name="part_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "owed", "released", "returned", "moved"])),
                        name="part_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BillShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "bill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shares", to="payments.bill"
                    ),
                ),
                ("payer_kind", models.CharField(max_length=12)),
                ("source_id", models.BigIntegerField(db_default=0, default=0)),
                ("amount_fen", models.BigIntegerField()),
                ("released_fen", models.BigIntegerField(db_default=0, default=0)),
                ("returned_fen", models.BigIntegerField(db_default=0, default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("bill", "payer_kind", "source_id"), name="share_once"),
                    models.CheckConstraint(condition=models.Q(("amount_fen__gte", 0)), name="share_amount"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "amount_fen__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("released_fen"), "+", models.F("returned_fen")
                                ),
                            ),
                            ("released_fen__gte", 0),
                            ("returned_fen__gte", 0),
                        ),
                        name="share_never_moved_twice",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("payer_kind__in", ["government", "market", "institution", "voucher", "learner"])
                        ),
                        name="share_payer_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CallbackReceipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("gateway", models.CharField(max_length=12)),
                ("message_id", models.CharField(max_length=64)),
                ("body_hash", models.BinaryField(max_length=32)),
                ("verdict", models.CharField(max_length=24)),
                ("received_at", models.DateTimeField()),
                ("bill", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="payments.bill")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["gateway", "message_id"], name="callback_message"),
                    models.Index(fields=["verdict", "received_at"], name="callback_verdict"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("verdict__in", ["applied", "late", "returned"])),
                        fields=("gateway", "message_id"),
                        name="callback_moves_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CashDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                (
                    "clerk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("region", models.BigIntegerField()),
                ("day", models.DateField()),
                ("opening_fen", models.BigIntegerField(default=0)),
                ("opened_at", models.DateTimeField()),
                ("counted_fen", models.BigIntegerField(null=True)),
                ("expected_fen", models.BigIntegerField(null=True)),
                ("difference_reason", models.CharField(blank=True, max_length=200)),
                ("counted_at", models.DateTimeField(null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                ("state", models.CharField(default="open", max_length=8)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("clerk", "region", "day"), name="cash_day_once"),
                    models.CheckConstraint(condition=models.Q(("opening_fen__gte", 0)), name="cash_day_opening"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("counted_fen__isnull", True), ("state", "open")),
                            models.Q(
                                ("closed_at__isnull", True),
                                ("counted_fen__gte", 0),
                                ("expected_fen__isnull", False),
                                ("state", "counted"),
                            ),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("confirmed_by__isnull", False),
                                ("counted_fen__gte", 0),
                                ("expected_fen__isnull", False),
                                ("state", "closed"),
                            ),
                            _connector="OR",
                        ),
                        name="cash_day_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by__isnull", True),
                            models.Q(("confirmed_by", models.F("clerk")), _negated=True),
                            _connector="OR",
                        ),
                        name="cash_day_second_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("counted_fen__isnull", True),
                            ("counted_fen", models.F("expected_fen")),
                            models.Q(("difference_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cash_day_difference_explained",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Concession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="concessions", to="people.person"
                    ),
                ),
                ("region", models.BigIntegerField()),
                ("kind", models.CharField(max_length=12)),
                ("proof", models.CharField(max_length=60)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField()),
                (
                    "checked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("checked_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["person", "valid_to"], name="concession_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["hardship", "disability", "veteran", "student"])),
                        name="concession_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__gte", models.F("valid_from"))), name="concession_dates"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("checked_by", models.F("person")), _negated=True),
                        name="concession_checked_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                (
                    "bill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="payments.bill"
                    ),
                ),
                ("order_code", models.CharField(max_length=32, unique=True)),
                ("gateway", models.CharField(max_length=12)),
                ("method", models.CharField(max_length=8)),
                ("gateway_reference", models.CharField(blank=True, max_length=64)),
                ("amount_fen", models.BigIntegerField()),
                ("state", models.CharField(default="started", max_length=10)),
                ("started_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("asks", models.SmallIntegerField(db_default=0, default=0)),
                ("next_ask_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_ask_at__isnull", False)), fields=["next_ask_at"], name="payment_ask"
                    ),
                    models.Index(fields=["gateway", "settled_at"], name="payment_settled"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("gateway_reference", ""), _negated=True),
                        fields=("gateway", "gateway_reference"),
                        name="payment_reference_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "succeeded")), fields=("bill",), name="payment_one_success"
                    ),
                    models.CheckConstraint(condition=models.Q(("amount_fen__gte", 1)), name="payment_amount"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["started", "succeeded", "failed", "returned"])),
                        name="payment_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlatformCertificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("gateway", models.CharField(max_length=12)),
                ("serial", models.CharField(max_length=64)),
                ("pem", models.TextField()),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("kept_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("gateway", "serial"), name="platform_certificate_once"),
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__gt", models.F("valid_from"))), name="platform_certificate_time"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                ("key", models.CharField(max_length=64, unique=True)),
                (
                    "bill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="payments.bill"
                    ),
                ),
                ("payment", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="payments.payment")),
                ("amount_fen", models.BigIntegerField()),
                ("is_excess", models.BooleanField(default=False)),
                ("reason", models.CharField(max_length=120)),
                ("rule", models.CharField(max_length=200)),
                ("state", models.CharField(default="asked", max_length=8)),
                ("asked_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("gateway_reference", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "asked")), fields=["asked_at"], name="refund_asked")
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount_fen__gte", 1)), name="refund_amount"),
                    models.CheckConstraint(condition=models.Q(("state__in", ["asked", "done"])), name="refund_state"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CashMovement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "cash_day",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="movements", to="payments.cashday"
                    ),
                ),
                (
                    "payment",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cash_movement",
                        to="payments.payment",
                    ),
                ),
                (
                    "refund",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cash_movement",
                        to="payments.refund",
                    ),
                ),
                ("amount_fen", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount_fen__gt", 0), ("payment__isnull", False), ("refund__isnull", True)),
                            models.Q(("amount_fen__lt", 0), ("payment__isnull", True), ("refund__isnull", False)),
                            _connector="OR",
                        ),
                        name="cash_movement_one_cause",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ShareMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "share",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="payments.billshare"
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="payments.billpart",
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("amount_fen", models.BigIntegerField()),
                ("transfer_key", models.CharField(max_length=120)),
                ("moved_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["moved_at"], name="share_move_at")],
                "constraints": [
                    models.UniqueConstraint(fields=("share", "transfer_key"), name="share_move_once"),
                    models.CheckConstraint(condition=models.Q(("amount_fen__gte", 1)), name="share_move_amount"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["released", "taken_back", "returned"])), name="share_move_kind"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShareScheme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                ("title", models.CharField(max_length=60)),
                ("source", models.CharField(max_length=200)),
                ("region", models.BigIntegerField()),
                ("programme", models.CharField(blank=True, max_length=30)),
                ("government", models.SmallIntegerField()),
                ("market", models.SmallIntegerField()),
                ("institution", models.SmallIntegerField()),
                ("learner", models.SmallIntegerField()),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["region", "valid_from"], name="share_scheme_region")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("government__gte", 0), ("institution__gte", 0), ("learner__gte", 0), ("market__gte", 0)
                        ),
                        name="share_scheme_percents",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "learner",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.Value(100), "-", models.F("government")
                                        ),
                                        "-",
                                        models.F("market"),
                                    ),
                                    "-",
                                    models.F("institution"),
                                ),
                            )
                        ),
                        name="share_scheme_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            models.Q(("approved_by", models.F("made_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="share_scheme_approved_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("gateway", models.CharField(max_length=12)),
                ("day", models.DateField()),
                ("line_count", models.IntegerField()),
                ("paid_fen", models.BigIntegerField()),
                ("refunded_fen", models.BigIntegerField()),
                ("fee_fen", models.BigIntegerField()),
                ("state", models.CharField(default="open", max_length=8)),
                ("taken_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("gateway", "day"), name="statement_once_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", True), ("state", "open")),
                            models.Q(("settled_at__isnull", False), ("state", "settled")),
                            _connector="OR",
                        ),
                        name="statement_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Difference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="differences", to="payments.statement"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("line_kind", models.CharField(max_length=8)),
                ("key", models.CharField(max_length=64)),
                ("order_code", models.CharField(max_length=64)),
                ("reference", models.CharField(blank=True, max_length=64)),
                ("ours_fen", models.BigIntegerField(null=True)),
                ("theirs_fen", models.BigIntegerField(null=True)),
                ("ours_state", models.CharField(blank=True, max_length=16)),
                ("theirs_state", models.CharField(blank=True, max_length=16)),
                ("region", models.BigIntegerField(default=0)),
                ("found_at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("resolution", models.CharField(blank=True, max_length=200)),
                (
                    "resolved_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("resolved_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("resolved_at__isnull", True)), fields=["found_at"], name="difference_open"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("statement", "kind", "line_kind", "key"), name="difference_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("resolution", ""), ("resolved_at__isnull", True)),
                            models.Q(("resolved_at__isnull", False), models.Q(("resolution", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="difference_resolved_in_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["missing_here", "missing_there", "amount", "state", "reference", "double"])
                        ),
                        name="difference_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StatementEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="payments.statement"
                    ),
                ),
                ("kind", models.CharField(max_length=8)),
                ("key", models.CharField(max_length=64)),
                ("order_code", models.CharField(max_length=64)),
                ("reference", models.CharField(max_length=64)),
                ("amount_fen", models.BigIntegerField()),
                ("fee_fen", models.BigIntegerField()),
                ("state", models.CharField(max_length=16)),
                ("happened_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "key"], name="statement_entry_key")],
            },
        ),
        migrations.CreateModel(
            name="VoucherScheme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                ("kind", models.CharField(max_length=10)),
                ("title", models.CharField(max_length=60)),
                ("source", models.CharField(max_length=200)),
                ("region", models.BigIntegerField()),
                ("sponsor", models.CharField(max_length=40)),
                ("amount_fen", models.BigIntegerField()),
                ("age_min", models.SmallIntegerField(blank=True, null=True)),
                ("age_max", models.SmallIntegerField(blank=True, null=True)),
                ("needs_concession", models.BooleanField(default=False)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField()),
                ("state", models.CharField(default="open", max_length=8)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["region", "state"], name="voucher_scheme_region")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["learning", "campaign", "enterprise"])),
                        name="voucher_scheme_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "closed"])), name="voucher_scheme_state"
                    ),
                    models.CheckConstraint(condition=models.Q(("amount_fen__gte", 1)), name="voucher_scheme_amount"),
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__gte", models.F("valid_from"))), name="voucher_scheme_dates"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Voucher",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(db_default=models.Func(function="uuidv7"), editable=False, unique=True)),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vouchers",
                        to="payments.voucherscheme",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="vouchers", to="people.person"
                    ),
                ),
                ("year", models.SmallIntegerField()),
                ("amount_fen", models.BigIntegerField()),
                ("used_fen", models.BigIntegerField(default=0)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField()),
                ("issued_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["person", "valid_to"], name="voucher_person")],
                "constraints": [
                    models.UniqueConstraint(fields=("scheme", "person", "year"), name="voucher_once"),
                    models.CheckConstraint(
                        condition=models.Q(("used_fen__gte", 0), ("used_fen__lte", models.F("amount_fen"))),
                        name="voucher_not_overspent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VoucherUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "voucher",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="payments.voucher"
                    ),
                ),
                (
                    "bill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="voucher_uses", to="payments.bill"
                    ),
                ),
                ("amount_fen", models.BigIntegerField()),
                ("returned_fen", models.BigIntegerField(default=0)),
                ("state", models.CharField(default="reserved", max_length=8)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("voucher", "bill"), name="voucher_use_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_fen__gte", 1),
                            ("returned_fen__gte", 0),
                            ("returned_fen__lte", models.F("amount_fen")),
                        ),
                        name="voucher_use_amounts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["reserved", "spent", "freed"])), name="voucher_use_state"
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
