import pytest

from tests.domains.demand.ordering import demand_trace, ordering
from tests.worlds.small_county import LINHAI, add_course, add_person, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.demand import api as demand

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return ordering()


def test_an_accepted_order_gets_its_class_once(case):
    order, (run, _, _) = case.accepted(), case.run()
    for _ in range(2):
        done = case.give(order, run)
    assert (done.state, done.run_code) == ("running", run.code)


def test_a_class_that_does_not_fit_is_refused_with_the_reason(case):
    order = case.accepted()
    before = demand_trace()
    taken = case.accepted(request_key="form 2", learners=20)
    fits, _, _ = case.run()
    case.give(taken, fits)
    trace = demand_trace()
    for run, words in (
        (case.run(capacity=23)[0], "23 个座位"),
        (case.run(price_fen=100)[0], "免费"),
        (case.run(course=add_course("C999", "别的课"))[0], "课程"),
        (case.run(centre=case.world.other_centre)[0], "单位"),
        (case.run(state="cancelled")[0], "停办"),
        (fits, "另一张订单"),
    ):
        with pytest.raises(demand.RunDoesNotFit) as refused:
            case.give(order, run)
        assert words in refused.value.message
    with pytest.raises(classes.UnknownClass):
        demand.open_order_class(actor=case.clerk, order_uuid=order.uuid, run_code="R0", now=case.now)
    assert demand_trace() == trace
    assert before != trace


def test_not_before_it_is_accepted_and_not_by_another_desk(case):
    order, (run, _, _) = case.quoted(), case.run()
    before = demand_trace()
    with pytest.raises(demand.OrderNotInThisState):
        case.give(order, run)
    case.clerk = on_duty(add_person("外人"), "centre_clerk", LINHAI)
    with pytest.raises(demand.OrderNotFound):
        case.give(order, run)
    assert demand_trace() == before
