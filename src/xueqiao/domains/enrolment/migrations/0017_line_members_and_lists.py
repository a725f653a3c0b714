"""The freeze writes what it found out of each member into the line, not into the members' rows; a pool knows which name
list its class has, so that nobody takes a seat who was judged by another.
"""

from pathlib import Path
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

MOVE = Path(__file__).with_name("sql") / "line_members.sql"
BACK = """
UPDATE enrolment_entrymember m SET losses = f.losses, is_newcomer = f.is_newcomer
  FROM (SELECT a.id, l.losses[a.nth] AS losses, l.newcomers[a.nth] AS is_newcomer
          FROM (SELECT id, entry_id, row_number() OVER (PARTITION BY entry_id ORDER BY id) AS nth
                  FROM enrolment_entrymember WHERE state = 'agreed') a
          JOIN enrolment_entryline l USING (entry_id)) f
 WHERE f.id = m.id;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("classes", "0008_by_list"), ("enrolment", "0016_lists")]

    operations: ClassVar = [
        migrations.AddField("seatpool", "list_version", models.IntegerField(db_default=0, default=0)),
        migrations.AddField(
            "entryline",
            "losses",
            ArrayField(base_field=models.SmallIntegerField(), default=list, size=None),
            preserve_default=False,
        ),
        migrations.AddField(
            "entryline",
            "newcomers",
            ArrayField(base_field=models.BooleanField(), default=list, size=None),
            preserve_default=False,
        ),
        migrations.RunSQL(MOVE.read_text(), BACK),
        migrations.RemoveField("entrymember", "losses"),
        migrations.RemoveField("entrymember", "is_newcomer"),
        migrations.AddConstraint(
            "entryline",
            models.CheckConstraint(
                condition=models.Q(losses__len=models.F("newcomers__len"), losses__len__gte=1),
                name="entry_line_members",
            ),
        ),
    ]
