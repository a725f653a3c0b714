"""What the freeze and the draw find out stands in narrow rows of its own, written once: a round of 360,000 entries no
longer moves every wide row twice through eight indexes. Weight and buckets stand in the published list.
"""

from pathlib import Path
from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

MOVE = Path(__file__).with_name("sql") / "entry_lines.sql"
BACK = """
DROP TRIGGER entry_result_immutable ON enrolment_entryresult;
DROP TRIGGER entry_line_immutable ON enrolment_entryline;
DROP TRIGGER entry_result_fits ON enrolment_entryresult;
DROP TRIGGER entry_line_fits ON enrolment_entryline;
DROP FUNCTION enrolment_refuse_change();
DROP FUNCTION enrolment_entries_fit();
UPDATE enrolment_entry e SET number = l.number FROM enrolment_entryline l WHERE l.entry_id = e.id;
UPDATE enrolment_entry e
   SET position = r.position, awarded_id = r.run_id, awarded_rank = r.rank, ended_at = a.drawn_at,
       state = CASE WHEN r.run_id IS NULL THEN 'lost' ELSE 'won' END
  FROM enrolment_entryresult r JOIN enrolment_admissionround a ON a.id = r.round_id WHERE r.entry_id = e.id;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE enrolment_entry ADD CONSTRAINT entry_won_has_class
    CHECK ((state = 'won' AND awarded_id IS NOT NULL) OR (state <> 'won' AND awarded_id IS NULL));
"""
IS_WHOLE = models.Q(position__gte=1) & (models.Q(rank=None, run=None) | models.Q(rank__gte=1, run__isnull=False))


def _key_to(model: str, **options: object) -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model, **options
    )


def _entry(name: str) -> models.OneToOneField:
    return models.OneToOneField(
        on_delete=django.db.models.deletion.PROTECT,
        db_constraint=False,
        primary_key=True,
        related_name=name,
        serialize=False,
        to="enrolment.entry",
    )


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("classes", "0007_assistants"),
        ("enrolment", "0014_interviews_and_returns"),
        ("people", "0001_squashed_0003_access_need"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            "EntryLine",
            fields=[
                ("entry", _entry("line")),
                ("round", _key_to("enrolment.admissionround", db_constraint=False)),
                ("number", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["round", "number"], name="entry_line_number"),
                    models.CheckConstraint(condition=models.Q(number__gte=1), name="entry_line_from_one"),
                ]
            },
        ),
        migrations.CreateModel(
            "EntryResult",
            fields=[
                ("entry", _entry("result")),
                ("round", _key_to("enrolment.admissionround", db_constraint=False)),
                ("position", models.IntegerField()),
                ("run", _key_to("classes.classrun", null=True)),
                ("rank", models.SmallIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["round", "position"], name="entry_result_position"),
                    models.CheckConstraint(condition=IS_WHOLE, name="entry_result_is_whole"),
                ],
                "indexes": [
                    models.Index(condition=models.Q(run__isnull=False), fields=["run"], name="entry_result_run")
                ],
            },
        ),
        migrations.RunSQL(
            MOVE.read_text(),
            BACK,
            state_operations=[migrations.RemoveConstraint("entry", "entry_won_has_class")],
        ),
        migrations.RemoveConstraint("entry", "entry_number"),
        migrations.RemoveConstraint("entry", "entry_position"),
        migrations.RemoveConstraint("entry", "entry_state"),
        migrations.RemoveIndex("entry", "entry_awarded"),
        *(
            migrations.RemoveField("entry", name)
            for name in ("awarded", "awarded_rank", "buckets", "number", "position", "weight")
        ),
        migrations.AddConstraint(
            "entry",
            models.CheckConstraint(
                condition=models.Q(state__in=["entered", "withdrawn", "excluded"]), name="entry_state"
            ),
        ),
    ]
