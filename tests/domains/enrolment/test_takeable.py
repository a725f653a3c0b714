"""Which classes near home would take a person now: the rules of the hold decide, and the seats of this moment."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.domains.enrolment.listing import by_list, entry
from tests.mutants import Mutants
from tests.worlds.small_county import (
    LINHAI,
    SmallCounty,
    acting,
    add_course,
    add_place,
    add_run,
    small_county,
)
from xueqiao.domains.classes.api import refresh_listings
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import SeatPool
from xueqiao.domains.enrolment.queries import takeable
from xueqiao.foundation.reasons import NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> SmallCounty:
    return small_county()


def open_to_elder(world: SmallCounty) -> list[str]:
    refresh_listings(region=world.run.region, now=world.now)
    refresh_listings(region=LINHAI, now=world.now)
    found = enrolment.classes_open_to(actor=acting(world.elder), person_id=world.elder.pk, now=world.now)
    return [each.card.code for each in found]


def test_a_class_that_takes_her_is_found_with_its_seats_and_hours(world: SmallCounty) -> None:
    add_place(world.run, world.rider)
    refresh_listings(region=world.run.region, now=world.now)
    (found,) = enrolment.classes_open_to(actor=acting(world.elder), person_id=world.elder.pk, now=world.now)
    assert (found.card.code, found.card.seats_left, found.minutes) == (world.run.code, 19, 8 * 90)
    assert found.starts_at == world.sessions[0].starts_at
    assert found.ends_at == world.sessions[-1].ends_at


def test_what_a_hold_would_refuse_is_not_offered(world: SmallCounty) -> None:
    course = add_course("C500", "太极拳")
    morning = {"course": course, "hour": 9, "first_day": date(2026, 3, 10)}
    fine, *_ = add_run(world, **morning)
    add_run(world, **morning, age_min=80)
    add_run(world, **morning, age_max=60)
    add_run(world, **morning, admission="draw")
    add_run(world, **morning, state="draft")
    add_run(world, **morning, enrol_closes_at=world.now - timedelta(minutes=1))
    add_run(world, **morning, enrol_opens_at=world.now + timedelta(days=1))
    begun, *_ = add_run(world, course=course, first_day=date(2026, 2, 27), hour=9)
    full, *_ = add_run(world, **morning, capacity=1)
    add_place(full, world.rider)
    assert set(open_to_elder(world)) == {world.run.code, fine.code}
    assert begun.code not in open_to_elder(world), "half a class completes nothing"


def test_a_class_by_list_is_offered_to_who_is_on_it(world: SmallCounty) -> None:
    listed, *_ = add_run(world, course=add_course("C503", "绣花"), hour=9, first_day=date(2026, 3, 10))
    by_list(world, listed, entry(world.rider))
    assert listed.code not in open_to_elder(world)
    by_list(world, listed, entry(world.rider), entry(world.elder))
    assert listed.code in open_to_elder(world)


def test_what_she_has_and_what_clashes_with_it_is_not_offered(world: SmallCounty) -> None:
    add_run(world, course=add_course("C501", "合唱"))  # the same Wednesday evening
    other, *_ = add_run(world, course=add_course("C502", "剪纸"), hour=14)
    add_place(world.run, world.elder)
    assert open_to_elder(world) == [], "today's 14:00 is over"
    later, *_ = add_run(world, course=add_course("C503", "面点"), hour=14, first_day=date(2026, 3, 11))
    assert open_to_elder(world) == [later.code]
    assert other.code not in open_to_elder(world)


def test_a_class_nobody_asked_for_yet_has_all_its_seats(world: SmallCounty) -> None:
    SeatPool.objects.filter(pk=world.run.pk).delete()
    refresh_listings(region=world.run.region, now=world.now)
    (found,) = enrolment.classes_open_to(actor=acting(world.elder), person_id=world.elder.pk, now=world.now)
    assert found.card.seats_left == world.run.capacity


def test_a_stranger_is_told_nothing(world: SmallCounty) -> None:
    with pytest.raises(NotFound):
        enrolment.classes_open_to(actor=acting(world.rider), person_id=world.elder.pk, now=world.now)


def test_classes_that_meet_at_the_same_time_are_named(world: SmallCounty) -> None:
    same, *_ = add_run(world, course=add_course("C501", "合唱"))
    apart, *_ = add_run(world, course=add_course("C502", "剪纸"), hour=14, first_day=date(2026, 3, 11))
    refresh_listings(region=world.run.region, now=world.now)
    found = enrolment.classes_open_to(actor=acting(world.elder), person_id=world.elder.pk, now=world.now)
    assert enrolment.clashing(found) == {
        world.run.pk: frozenset({same.pk}),
        same.pk: frozenset({world.run.pk}),
        apart.pk: frozenset(),
    }


def test_the_number_of_queries_does_not_grow_with_the_classes(
    world: SmallCounty, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for n in range(9):
        add_run(world, course=add_course(f"C6{n:02d}", f"课程{n}"), hour=9, first_day=date(2026, 3, 10))
    refresh_listings(region=world.run.region, now=world.now)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        found = enrolment.classes_open_to(actor=acting(world.elder), person_id=world.elder.pk, now=world.now)
    assert len(found) == 10


def test_planted_bugs_are_noticed(world: SmallCounty, mutants: Mutants, monkeypatch: pytest.MonkeyPatch) -> None:
    add_run(world, course=add_course("C500", "太极拳"), hour=9, first_day=date(2026, 3, 10), age_min=80)
    full, *_ = add_run(world, course=add_course("C501", "合唱"), hour=9, first_day=date(2026, 3, 10), capacity=1)
    add_place(full, world.rider)
    add_run(world, course=add_course("C502", "剪纸"), first_day=date(2026, 2, 25))
    good = open_to_elder(world)
    assert good == [world.run.code]
    runs = takeable._RUNS
    late = takeable._MEETINGS.replace("ORDER BY", "AND s.starts_at > '2026-03-05' ORDER BY")
    for name, attribute, bug in (
        ("the rules of the hold are not asked", "require_eligible", lambda *_args, **_more: None),
        ("a full class is offered", "_RUNS", runs.replace("coalesce(p.held, 0) + coalesce(p.taken, 0)", "0")),
        ("what has begun is offered", "_MEETINGS", late),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(takeable, attribute, bug)
            mutants.tell("classes offered next", name, caught=open_to_elder(world) != good)
