from datetime import timedelta

import pytest

from tests.domains.enrolment.interviewing import SLOT_AT, Choir
from tests.domains.enrolment.seats_and_places import ALL
from tests.worlds.small_county import acting
from xueqiao.domains.enrolment.errors.interviews import BadSlots
from xueqiao.domains.enrolment.models import InterviewSlot
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


def test_times_follow_one_another():
    choir = Choir()
    slots = choir.slots(count=3, capacity=2)
    assert [each.starts_at for each in slots] == [SLOT_AT + timedelta(minutes=15 * n) for n in range(3)]
    assert {(each.left, each.where, each.run_id) for each in slots} == {(2, "三楼琴房", choir.runs[0].pk)}


def test_adding_the_same_again_adds_nothing():
    choir = Choir()
    before = choir.slots(count=3)
    assert choir.slots(count=3) == before


@pytest.mark.parametrize("values", [{"count": 0}, {"count": 61}, {"capacity": 0}])
def test_what_makes_no_sense_is_refused(values):
    choir = Choir()
    with pytest.raises(BadSlots):
        choir.slots(**values)
    assert not InterviewSlot.objects.within(ALL).exists()


def test_not_after_the_results_and_not_by_residents():
    choir = Choir()
    with pytest.raises(BadSlots):
        choir.slots(now=SLOT_AT)  # in the past by then
    with pytest.raises(NotAllowed):
        choir.slots(actor=acting(choir.world.rider))
