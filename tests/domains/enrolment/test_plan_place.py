import pytest

from tests.domains.payments.settling import paid_case, states
from tests.worlds.small_county import add_place, add_run, small_county
from xueqiao.domains.enrolment.actions.plan_place import plan_place
from xueqiao.domains.payments.models import BillPart

pytestmark = pytest.mark.django_db


def test_planning_twice_is_planning_once(deliver_due):
    case = paid_case(deliver_due)
    plan_place(place_id=case.place.id, now=case.now)
    assert states(case) == ["waiting"] * 8


def test_a_free_place_has_no_money_to_plan():
    world = small_county()
    run, _, _ = add_run(world)
    plan_place(place_id=add_place(run, world.rider).pk, now=world.now)
    assert not BillPart.objects.exists()
