from datetime import timedelta

import pytest

from tests.domains.demand.ordering import FIRM, demand_trace, ordering
from tests.worlds.small_county import HEDE, LINHAI, TODAY, acting, add_person, on_duty
from xueqiao.domains.demand import api as demand
from xueqiao.domains.demand.models import Enterprise

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return ordering()


def test_an_order_reaches_the_desk_of_the_institution_and_the_firm_alone(case):
    order = case.order(posts="绣花工 12 人", wage_floor_fen=400_000)
    assert (order.state, order.enterprise_name, order.due_fen, order.quote) == ("asked", FIRM, 0, None)
    assert case.order(posts="别的") == order, "the same form is the same order"
    assert demand.access_orders(actor=case.clerk, on=TODAY) == [order]
    assert demand.access_orders(actor=on_duty(add_person("外人"), "centre_clerk", LINHAI), on=TODAY) == []
    with pytest.raises(demand.OrderNotFound):
        demand.access_order(actor=acting(case.world.elder), order_uuid=order.uuid, on=TODAY)


def test_a_small_group_needs_posts(case):
    with pytest.raises(demand.GroupTooSmall):
        case.order(learners=19)
    assert case.order(learners=5, posts="绣花工 5 人").learners == 5


@pytest.mark.parametrize(
    "wrong",
    [
        {"learners": 0},
        {"learners": 501},
        {"wish_from": TODAY},
        {"wish_from": TODAY + timedelta(days=400)},
        {"wage_floor_fen": 300_000},
        {"posts": "x" * 121},
    ],
)
def test_what_cannot_be_meant_is_refused(case, wrong):
    before = demand_trace()
    with pytest.raises(demand.BadOrder):
        case.order(**wrong)
    assert demand_trace() == before


def test_only_a_verified_firm_orders_and_only_through_its_members(case):
    Enterprise.objects.update(state="refused")
    with pytest.raises(demand.EnterpriseNotVerified):
        case.order()
    for actor in (acting(case.world.elder), on_duty(case.world.clerk, "centre_clerk", HEDE)):
        case.member = actor
        with pytest.raises(demand.EnterpriseNotFound):
            case.order()
    assert demand_trace()[1] == []
