from datetime import timedelta

import pytest

from tests.domains.enrolment.openings_and_arrivals import arrivals, enter, opening_soon, people
from tests.worlds.small_county import acting, link_family
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.people.errors import MayNotActFor

pytestmark = pytest.mark.django_db


def test_who_leaves_and_comes_back_stands_at_the_end():
    world, run = opening_soon()
    first, second = people(2)
    enter(run, [first], world.now)
    now = run.enrol_opens_at
    enter(run, [second], now)
    assert enrolment.leave_room(actor=acting(first), run_id=run.pk, person_id=first.pk, now=now)
    assert not enrolment.leave_room(actor=acting(first), run_id=run.pk, person_id=first.pk, now=now)
    (again,) = enter(run, [first], now + timedelta(minutes=1))
    assert again.number == 3


def test_nobody_gives_back_a_strangers_number():
    world, run = opening_soon()
    first, second = people(2)
    enter(run, [first], world.now)
    with pytest.raises(MayNotActFor):
        enrolment.leave_room(actor=acting(second), run_id=run.pk, person_id=first.pk, now=world.now)
    link_family(agent=second, subject=first)
    assert enrolment.leave_room(actor=acting(second), run_id=run.pk, person_id=first.pk, now=world.now)
    assert arrivals(run).get().state == "left"
