"""The lively timetable, worked out without a database: no clash, everywhere classes, tonight always."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from xueqiao.domains.institutions.values import TOWNSHIP_CENTRE
from xueqiao.foundation.clock import SHANGHAI, local
from xueqiao.foundation.region_code import CITY, COUNTY, RegionCode
from xueqiao.server.demo.network import build_network
from xueqiao.server.demo.plan import LIVELY
from xueqiao.server.demo.timetable import PAST, Run, Teachers, Timetable
from xueqiao.server.ground import read

NOW = datetime(2026, 11, 23, 18, 10, tzinfo=SHANGHAI)
STORY_TEACHER = 4


def _build(now: datetime) -> list[Run]:
    residents = {code: row.residents for code, row in read.counties_census().items()}
    network = build_network(read.units(), residents, today=now.date())
    courses = {course.code: (number, course) for number, course in enumerate(read.courses(), 1)}
    timetable = Timetable(
        LIVELY,
        network,
        courses,
        now=now,
        days_off=read.days_off(),
        first_run_id=1,
        teachers=Teachers(first_id=11),
    )
    return timetable.build(STORY_TEACHER)


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    return _build(NOW)


@pytest.mark.parametrize("owner", ["room", "teacher"])
def test_nothing_is_in_two_meetings_at_once(runs, owner):
    meetings = {}
    for run in runs:
        key = run.room.id if owner == "room" else run.teacher_id
        meetings.setdefault(key, []).extend((start, end) for _number, start, end in run.meetings())
    clashes = 0
    for busy in meetings.values():
        busy.sort()
        clashes += sum(second[0] < first[1] for first, second in pairwise(busy))
    assert clashes == 0


def test_the_numbers_of_the_plan_are_met_and_the_same_day_gives_the_same_timetable(runs):
    assert sum(run.cohort != PAST for run in runs) == 3_000
    assert _build(NOW) == runs


def test_every_city_and_most_counties_have_classes_and_three_places_are_dense(runs):
    regions = [RegionCode(run.institution.region) for run in runs if run.cohort != PAST]
    cities = {int(region.ancestor(CITY)) for region in regions if region.level >= CITY}
    counties = Counter(int(region.ancestor(COUNTY)) for region in regions if region.level >= COUNTY)
    assert len(cities) == 13
    assert len(counties) >= 95
    assert counties[320924000000] > 250
    assert counties[320509000000] > 150
    assert sum(number for county, number in counties.items() if county // 10**8 == 3202) > 500


def test_eight_of_ten_towns_had_a_class_of_ten_meetings_at_an_elder_serving_centre_last_year(runs):
    taught = {
        run.institution.region
        for run in runs
        if run.institution.kind == TOWNSHIP_CENTRE
        and run.institution.serves_elders
        and sum(day <= NOW.date() for day in run.days) >= 10
    }
    assert len(taught) / 1234 > 0.75


def test_last_term_ended_before_this_term_began(runs):
    last = max(run.days[-1] for run in runs if run.cohort == PAST)
    first = min(run.days[0] for run in runs if run.cohort != PAST)
    assert last < first
    assert last < NOW.date() - timedelta(weeks=7)


def test_every_evening_of_the_next_weeks_has_a_free_class_with_seats_at_hede(runs):
    for days in range(60):
        evening = NOW + timedelta(days=days)
        tonight = [
            run
            for run in runs
            if run.story == "free"
            and any(local(start).date() == evening.date() for _n, start, _end in run.meetings())
            and run.enrol_opens_at <= evening < run.enrol_closes_at
        ]
        assert tonight, evening
        assert all(run.taken_wanted < run.capacity and run.to_pay_fen == 0 for run in tonight)


def test_whether_it_is_new_year_or_a_holiday_the_story_meets_tonight():
    for now in (datetime(2026, 10, 1, 0, 5, tzinfo=SHANGHAI), datetime(2027, 1, 1, 23, 50, tzinfo=SHANGHAI)):
        days = {day for run in _build(now) if run.story == "free" for day in run.days}
        assert now.date() in days
        assert now.date() + timedelta(days=1) in days
