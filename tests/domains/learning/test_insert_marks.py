import pytest
from django.db import transaction

from tests.domains.learning.classroom import classroom, rows
from xueqiao.domains.learning.actions.insert_marks import NewMark, insert_marks
from xueqiao.domains.learning.queries.attendance import plan_of
from xueqiao.foundation.locks import NoTransaction


@pytest.mark.django_db
def test_a_row_that_exists_is_left_alone() -> None:
    room = classroom(1)
    person, plan = room.learners[0], plan_of(room.first.pk, now=room.during())
    with transaction.atomic():
        for state, expected in (("present", 1), ("absent", 0)):
            mark = NewMark(person.pk, state, person.region)
            written = insert_marks(
                plan, [mark], method="list", late_minutes_lost=15, recorded_by_id=None, now=room.during()
            )
            assert len(written) == expected
    assert rows(room.run) == [("张桂兰", 1, "present", 90)]


@pytest.mark.django_db(transaction=True)
def test_marks_are_written_only_inside_a_transaction() -> None:
    room = classroom(1)
    plan = plan_of(room.first.pk, now=room.during())
    with pytest.raises(NoTransaction):
        insert_marks(plan, [], method="list", late_minutes_lost=15, recorded_by_id=None, now=room.during())
