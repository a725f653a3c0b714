import pytest

from tests.domains.demand.ordering import CODE, FIRM
from tests.worlds.small_county import HEDE, acting, small_county
from xueqiao.domains.demand import api as demand
from xueqiao.domains.demand.models import Enterprise
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return small_county()


def register(world, actor=None, **wanted):
    terms = {"name": FIRM, "credit_code": CODE, "region": HEDE}
    return demand.register_enterprise(actor=actor or acting(world.rider), now=world.now, **(terms | wanted))


def test_who_registers_a_firm_acts_for_it_and_it_waits_for_the_desk(world):
    made = register(world, credit_code=" 91350100m0001 00Y43 ")
    assert (made.state, made.credit_code, made.members) == ("applied", CODE, ("王小骑",))
    assert register(world) == made, "the same form sent twice"
    assert demand.access_my_enterprises(actor=acting(world.rider)) == [made]
    assert demand.access_my_enterprises(actor=acting(world.elder)) == []


def test_a_firm_is_registered_once(world):
    register(world)
    with pytest.raises(demand.EnterpriseKnown):
        register(world, actor=acting(world.elder))
    assert demand.access_my_enterprises(actor=acting(world.elder)) == []


def test_what_cannot_be_is_refused(world):
    with pytest.raises(demand.CreditCodeWrong):
        register(world, credit_code="91350100M000100Y44")
    for wrong in ({"name": "x"}, {"region": 990000000000}):
        with pytest.raises(Exception, match=r"bad_order|unknown_region"):
            register(world, **wrong)
    with pytest.raises(NotAllowed):
        register(world, actor=Actor.visitor())
    assert not Enterprise.objects.exists()
