import pytest

from tests.domains.enrolment.lines import FullClass
from tests.worlds.small_county import add_place
from xueqiao.domains.enrolment.actions.leave_lines_enrolled import leave_lines_enrolled
from xueqiao.domains.enrolment.models import SeatPool

pytestmark = pytest.mark.django_db


def test_who_is_enrolled_waits_no_more_and_the_rest_of_a_party_does():
    case = FullClass()
    world = case.world
    view = case.join(world.daughter, world.elder)
    SeatPool.objects.filter(pk=case.run.pk).update(capacity=3)
    add_place(case.run, world.elder)
    assert leave_lines_enrolled(now=case.now) == 1
    assert leave_lines_enrolled(now=case.now) == 0
    assert case.line() == ["李秀梅"]
    assert case.entry(view).size == 1
