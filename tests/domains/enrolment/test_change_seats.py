import pytest

from tests.domains.enrolment.lines import FullClass
from tests.domains.enrolment.seats_and_places import trace
from tests.worlds.small_county import COUNTY, on_duty
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.seats import SeatsInUse

pytestmark = pytest.mark.django_db


def change(case, capacity):
    return enrolment.change_seats(
        actor=on_duty(case.world.officer, "county_officer", COUNTY),
        run_id=case.run.pk,
        capacity=capacity,
        now=case.now,
    )


def test_without_a_line_new_seats_are_for_everybody():
    case = FullClass()
    counted = change(case, 5)
    assert (counted.capacity, counted.left) == (5, 3)


def test_with_a_line_new_seats_are_kept_for_it():
    case = FullClass()
    case.join(case.person("候补一"))
    assert change(case, 4).left == 0
    assert case.pool() == (2, 2, 2, 1)
    case.walk()
    assert case.pool() == (1, 2, 0, 0)


def test_fewer_seats_than_are_in_use_are_refused():
    case = FullClass()
    before = trace()
    with pytest.raises(SeatsInUse):
        change(case, 1)
    assert trace() == before
