import pytest

from tests.domains.classes.planning import clerk_of
from tests.domains.classes.test_ask_timetable import ask
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.actions.solve_timetable import solve_timetable
from xueqiao.domains.classes.models import Timetable


def test_a_dropped_timetable_is_neither_solved_nor_accepted(world):
    view = ask(world)
    classes.drop_timetable(actor=clerk_of(world), uuid=view.uuid, now=world.now)
    row = Timetable.objects.get(uuid=view.uuid)
    assert row.state == "dropped"
    assert not solve_timetable(timetable_id=row.pk, now=world.now)
    for deed in (classes.accept_timetable, classes.drop_timetable):
        with pytest.raises(classes.TimetableNotSolved):
            deed(actor=clerk_of(world), uuid=view.uuid, now=world.now)
