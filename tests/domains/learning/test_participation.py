from datetime import date

import pytest

from tests.domains.learning.classroom import EVERYTHING, classroom
from tests.worlds.small_county import COUNTY, HEDE, LINHAI_VILLAGE, OTHER_COUNTY, on_duty
from xueqiao.domains.learning import api as learning
from xueqiao.domains.learning.models import Attendance
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


def counts(**wanted: object) -> dict[tuple[int, int], int]:
    found = learning.participants_by_unit(year=2026, **wanted)
    return {(count.level, count.region): count.persons for count in found}


def attended(learner_count: int = 3):  # type: ignore[no-untyped-def]
    room = classroom(learner_count)
    for number in (1, 2):
        learning.record_roll(
            actor=room.teacher,
            session_id=room.sessions[number - 1].pk,
            marks={room.learners[-1].pk: "absent"},
            now=room.during(number),
        )
    return room


def test_a_person_counts_once_a_year_at_every_level() -> None:
    attended()
    found = counts()
    assert found[1, 320000000000] == found[2, 320900000000] == found[3, COUNTY] == found[4, HEDE] == 2
    assert all(persons == 2 for persons in found.values())


def test_who_moved_counts_in_both_towns_and_once_in_the_county() -> None:
    room = attended()
    second = Attendance.objects.within(EVERYTHING).filter(person=room.learners[0], session=room.sessions[1])
    second.update(person_region=LINHAI_VILLAGE)
    found = counts()
    towns = sum(persons for (level, _), persons in found.items() if level == 4)
    assert (towns, found[3, COUNTY]) == (3, 2)


def test_short_visits_absences_other_years_and_the_young_do_not_count() -> None:
    room = attended()
    rows = Attendance.objects.within(EVERYTHING).filter(person=room.learners[0])
    rows.update(minutes=29)
    assert counts()[3, COUNTY] == 1
    rows.update(minutes=30)
    assert counts()[3, COUNTY] == 2
    assert counts(age_from=67)[3, COUNTY] == 1  # 张桂兰 is 69 in 2026, the other was born in 1960
    assert counts(through=date(2026, 1, 31)) == {}
    assert learning.participants_by_unit(year=2025) == []


def test_the_events_behind_a_figure_are_its_persons() -> None:
    room = attended()
    officer = on_duty(room.world.officer, "county_officer", COUNTY)
    page = learning.participation_events(actor=officer, region=COUNTY, year=2026)
    assert (page.total, page.persons, page.page_count, page.names_shown) == (4, counts()[3, COUNTY], 1, True)
    assert {event.name for event in page.events} == {"张桂兰", "学员2"}
    assert all(event.recorded_by_name == "顾老师" and event.minutes == 90 for event in page.events)


def test_a_higher_officer_reads_masked_names_and_another_county_nothing() -> None:
    room = attended()
    province = on_duty(room.world.officer, "province_officer", 320000000000)
    names = {event.name for event in learning.participation_events(actor=province, region=COUNTY, year=2026).events}
    assert "张*兰" in names
    assert "张桂兰" not in names
    other = on_duty(room.world.other_officer, "county_officer", OTHER_COUNTY)
    with pytest.raises(NotAllowed):
        learning.participation_events(actor=other, region=COUNTY, year=2026)
