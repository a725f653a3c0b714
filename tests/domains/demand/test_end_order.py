import pytest

from tests.domains.demand.ordering import demand_trace, ordering
from tests.worlds.small_county import LINHAI, acting, add_person, on_duty
from xueqiao.domains.demand import api as demand

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return ordering()


def end(case, order, actor, by_member, reason=""):
    return demand.end_order(actor=actor, order_uuid=order.uuid, by_member=by_member, reason=reason, now=case.now)


def test_a_firm_takes_its_order_back_and_a_desk_refuses_with_words(case):
    assert end(case, case.quoted(), case.member, True).state == "withdrawn"
    other = case.order(request_key="form 2")
    with pytest.raises(demand.BadOrder):
        end(case, other, case.clerk, False)
    done = end(case, other, case.clerk, False, "没有老师")
    assert (done.state, done.reason) == ("refused", "没有老师")


def test_what_is_accepted_stays_and_strangers_end_nothing(case):
    order = case.accepted()
    before = demand_trace()
    with pytest.raises(demand.OrderNotInThisState):
        end(case, order, case.member, True)
    for actor, by_member in (
        (acting(case.world.elder), True),
        (case.clerk, True),
        (case.member, False),
        (on_duty(add_person("外人"), "centre_clerk", LINHAI), False),
    ):
        with pytest.raises(demand.OrderNotFound):
            end(case, order, actor, by_member, "没有老师")
    assert demand_trace() == before
