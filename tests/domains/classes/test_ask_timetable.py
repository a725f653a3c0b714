from datetime import date, timedelta

import pytest

from tests.domains.classes.planning import clerk_of
from tests.worlds.small_county import LINHAI, TODAY, add_person, add_run, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.models import Timetable
from xueqiao.foundation.reasons import NotAllowed

MONDAY = TODAY + timedelta(days=75)  # long after the classes of the world are over
LAST = MONDAY + timedelta(weeks=16)
EVENINGS = [classes.Slot(day, 19 * 60) for day in (1, 2, 3)]


def ask(world, *codes, **changes):
    wanted = {
        "actor": clerk_of(world),
        "institution_id": world.centre.id,
        "source_codes": codes or (world.run.code,),
        "slots": EVENINGS,
        "first_day": MONDAY,
        "last_day": LAST,
        "now": world.now,
    }
    return classes.ask_timetable(**(wanted | changes))


def test_a_class_keeps_its_time_its_room_and_everybody_who_can_teach_it(world):
    other = add_person("另一位")
    add_run(world, teacher=other)  # taught the same course here
    view = ask(world)
    assert view.state == "asked" and view.answer is None
    (wanted,) = view.task.classes
    assert wanted.last_slot in wanted.slots and set(EVENINGS) <= set(wanted.slots)
    assert wanted.last_room_id == world.room.id
    assert wanted.teacher_ids == (world.teacher.id, other.id)
    assert view.task.teacher_names[other.id] == "另一位"


def test_holidays_are_no_days_of_a_term(world):
    view = ask(world, first_day=date(2026, 9, 14), last_day=date(2026, 12, 20))
    assert date(2026, 10, 1) not in view.task.days[4]  # National Day, a Thursday
    assert all(day.isoweekday() == weekday for weekday, days in view.task.days.items() for day in days)


def test_what_is_planned_already_is_in_the_way(world):
    add_run(world, first_day=MONDAY, room=world.room)
    kinds = {(each.kind, each.id) for each in ask(world).task.occupied}
    assert ("room", world.room.id) in kinds


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"source_codes": ()}, "一个班也没有选"),
        ({"last_day": MONDAY + timedelta(days=3)}, "学期要有"),
        ({"source_codes": ("X",) * 200}, "最多排"),
        ({"source_codes": ("X",)}, "没有编号"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_with_words(world, changes, said):
    with pytest.raises((classes.BadTimetable, classes.UnknownClass)) as refused:
        ask(world, **changes)
    assert said in refused.value.message
    assert Timetable.objects.count() == 0


def test_a_clerk_of_another_town_may_not_ask(world):
    with pytest.raises(NotAllowed):
        ask(world, actor=on_duty(world.clerk, "centre_clerk", LINHAI))
    assert Timetable.objects.count() == 0


def test_a_class_of_another_centre_is_refused(world):
    run, _, _ = add_run(world, centre=world.other_centre)
    with pytest.raises(classes.BadTimetable, match="本单位"):
        ask(world, run.code)
