import pytest

from tests.domains.demand.ordering import CODE, ordering
from tests.worlds.small_county import COUNTY, OTHER_COUNTY, acting, on_duty
from xueqiao.domains.demand import api as demand
from xueqiao.domains.demand.models import Enterprise, EnterpriseMember
from xueqiao.domains.institutions.models import Institution
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return ordering()


def test_a_verified_firm_becomes_an_institution_once_and_its_members_stand_for_it(case):
    officer = on_duty(case.world.officer, "county_officer", COUNTY)
    assert demand.acting_for_firms(case.member).duties == ()
    made = [demand.admit_partner(actor=officer, credit_code=f" {CODE.lower()} ", now=case.now) for _ in range(2)]
    assert made[0] == made[1]
    assert (made[0].code, made[0].kind, made[0].name) == (CODE, "enterprise", case.firm.name)
    duty = demand.acting_for_firms(case.member).duties[0]
    assert (duty.role, duty.institution_id) == ("enterprise_member", made[0].id)
    assert demand.acting_for_firms(acting(case.world.elder)).duties == ()
    EnterpriseMember.objects.update(ended_at=case.now)
    assert demand.acting_for_firms(case.member).duties == (), "who no longer acts for it has no duty there"


def test_only_an_officer_of_its_unit_and_only_a_verified_firm(case):
    for actor, reason in (
        (case.member, NotAllowed),
        (case.clerk, NotAllowed),
        (on_duty(case.world.other_officer, "county_officer", OTHER_COUNTY), demand.EnterpriseNotFound),
    ):
        with pytest.raises(reason):
            demand.admit_partner(actor=actor, credit_code=CODE, now=case.now)
    officer = on_duty(case.world.officer, "county_officer", COUNTY)
    Enterprise.objects.update(state="refused")
    with pytest.raises(demand.EnterpriseNotVerified):
        demand.admit_partner(actor=officer, credit_code=CODE, now=case.now)
    with pytest.raises(demand.EnterpriseNotFound):
        demand.admit_partner(actor=officer, credit_code="91350100M000100Y44", now=case.now)
    assert not Institution.objects.filter(kind="enterprise").exists()
    Enterprise.objects.update(state="verified")
    demand.admit_partner(actor=officer, credit_code=CODE, now=case.now)
    Enterprise.objects.update(state="refused")
    assert demand.acting_for_firms(case.member).duties == ()
