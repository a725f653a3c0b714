from tests.domains.classes.test_ask_timetable import ask
from xueqiao.domains.classes.actions.solve_timetable import solve_timetable
from xueqiao.domains.classes.models import Timetable
from xueqiao.domains.classes.queries.timetables import timetable_view


def test_a_solved_timetable_reads_back_as_it_was_found(world):
    row = Timetable.objects.get(uuid=ask(world).uuid)
    assert solve_timetable(timetable_id=row.pk, now=world.now)
    row.refresh_from_db()
    answer = timetable_view(row).answer
    assert row.state == "solved" and answer is not None and answer.is_proven
    assert [(each.key, each.room_id, each.changes) for each in answer.seatings] == [(world.run.code, world.room.id, ())]


def test_a_second_solver_changes_nothing(world):
    row = Timetable.objects.get(uuid=ask(world).uuid)
    assert solve_timetable(timetable_id=row.pk, now=world.now)
    first = Timetable.objects.get(pk=row.pk).answer
    assert not solve_timetable(timetable_id=row.pk, now=world.now)
    assert Timetable.objects.get(pk=row.pk).answer == first
