import pytest

from tests.domains.demand.ordering import ordering
from tests.worlds.small_county import acting
from xueqiao.domains.demand import api as demand

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return ordering()


def test_a_colleague_acts_for_the_firm_too(case):
    for _ in range(2):
        firm = demand.add_member(
            actor=case.member, enterprise_uuid=case.firm.uuid, learner_code=case.world.daughter.code, now=case.now
        )
    assert firm.members == ("李秀梅", "王小骑")
    case.member = acting(case.world.daughter)
    assert case.order().state == "asked"


def test_strangers_and_staff_let_nobody_in(case):
    for actor in (acting(case.world.elder), case.clerk):
        with pytest.raises(demand.EnterpriseNotFound):
            demand.add_member(
                actor=actor, enterprise_uuid=case.firm.uuid, learner_code=case.world.elder.code, now=case.now
            )
    with pytest.raises(demand.BadOrder):
        demand.add_member(actor=case.member, enterprise_uuid=case.firm.uuid, learner_code="T999", now=case.now)
    assert demand.access_enterprise(actor=case.member, enterprise_uuid=case.firm.uuid).members == ("王小骑",)
