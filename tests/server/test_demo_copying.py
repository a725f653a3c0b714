"""COPY below the doors: columns are checked, defaults filled, text survives, bare tables get everything back."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from tests.worlds.small_county import small_county
from xueqiao.server.demo.copying import catch_up_sequence, copy_lines, copy_rows, next_id
from xueqiao.server.demo.indexes import bare

pytestmark = pytest.mark.django_db
COURSE = "code title category audience session_count session_minutes"


def test_defaults_of_the_model_fill_what_is_not_named_and_awkward_text_survives():
    title = "制表\t换行\n反斜线\\ 回车\r 完\\N"
    assert copy_rows("catalogue.Course", COURSE, [("X1", title, "生活技能", "all", 8, 90)]) == 1
    course = apps.get_model("catalogue.Course").objects.get(code="X1")
    assert (course.title, course.outcomes, course.is_published, course.is_demo) == (title, [], True, False)


def test_an_unknown_or_a_missing_column_fails_before_anything_is_written():
    with pytest.raises(TypeError, match="no column"):
        copy_rows("catalogue.Course", "code name", [("X1", "x")])
    with pytest.raises(TypeError, match="has no default"):
        copy_rows("catalogue.Course", "code title", [("X1", "x")])
    assert not apps.get_model("catalogue.Course").objects.exists()


def test_ready_lines_are_written_and_the_sequence_goes_on_after_ids_by_hand():
    number = next_id("catalogue.Course")
    lines = (f"{number + n}\tY{n}\t课\t生活技能\tall\t8\t90" for n in range(9_001))
    assert copy_lines("catalogue.Course", "id " + COURSE, lines) == 9_001
    catch_up_sequence("catalogue.Course")
    made = apps.get_model("catalogue.Course").objects.create(code="Z", title="课", session_count=1, session_minutes=1)
    assert made.pk == number + 9_001


def _shape():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'classes_session'::regclass"
            " UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'classes_session' ORDER BY 1, 2"
        )
        return cursor.fetchall()


def test_a_bare_table_gets_every_index_and_constraint_back():
    before = _shape()
    with bare(["classes.Session"]):
        assert len(_shape()) < len(before)
    assert _shape() == before


def test_a_clash_written_while_a_table_was_bare_fails_when_the_exclusion_comes_back():
    world = small_county()
    first = world.sessions[0]
    sessions = apps.get_model("classes.Session").objects
    number = sessions.count()
    with pytest.raises(IntegrityError, match="conflicts with key"), transaction.atomic(), bare(["classes.RoomUse"]):
        copy_rows(
            "classes.Session",
            "run_id number starts_at ends_at room_id teacher_id state",
            [(world.run.pk, 99, first.starts_at, first.ends_at, first.room_id, world.rider.pk, "planned")],
        )
    assert sessions.count() == number
