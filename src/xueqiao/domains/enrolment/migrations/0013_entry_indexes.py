"""A draw moves every entry of a round: indexes that another one covers are dropped, and members are written in place.

Losers, nearly all, are in no index of classes won; nobody looks for codes by their beginning.

Pages of members are filled to 45 percent, so that the facts the freeze writes find room beside the row they belong to, and no
index is touched (HOT). The table is small: 70 bytes a member.
"""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("enrolment", "0012_fewer_indexes"), ("people", "0001_initial")]
    operations: ClassVar = [
        migrations.AlterField(
            "entry",
            "round",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="enrolment.admissionround",
            ),
        ),
        migrations.AlterField(
            "entry",
            "leader",
            models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
            ),
        ),
        migrations.AlterField(
            "entry",
            "entered_by",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.person",
            ),
        ),
        migrations.AlterField(
            "entry",
            "awarded",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="classes.classrun",
            ),
        ),
        migrations.AddIndex(
            "entry",
            models.Index(condition=models.Q(("awarded__isnull", False)), fields=["awarded"], name="entry_awarded"),
        ),
        migrations.RunSQL('DROP INDEX IF EXISTS "enrolment_entry_code_4044e3b0_like"', migrations.RunSQL.noop),
        migrations.AlterField(
            "entrymember",
            "entry",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="members",
                to="enrolment.entry",
            ),
        ),
        migrations.AlterField(
            "entrymember",
            "person",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="people.person",
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE enrolment_entrymember SET (fillfactor = 45)",
            "ALTER TABLE enrolment_entrymember RESET (fillfactor)",
        ),
    ]
