import pytest

from tests.domains.demand.ordering import DUE, FIRM, demand_trace, ordering
from tests.worlds.small_county import LINHAI, add_person, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.demand import api as demand
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return ordering()


def ask(case, order, amount=DUE, reason="企业停产", actor=None):
    return demand.ask_refund(
        actor=actor or case.clerk, order_uuid=order.uuid, amount_fen=amount, reason=reason, now=case.now
    )


def test_one_request_at_a_time(case):
    order = case.paid()
    first = ask(case, order, 500)
    assert [(each.amount_fen, each.state) for each in first.refunds] == [(500, "asked")]
    assert ask(case, order, 900).refunds == first.refunds


def test_never_more_than_is_not_earned_with_what_came_above_the_bill(case, deliver_due):
    order = case.paid()
    case.bank(("N2", FIRM, "3", order.code))
    run, sessions, _ = case.run()
    case.give(order, run)
    classes.mark_session_held(actor=case.clerk, session_id=sessions[0].pk, now=sessions[0].ends_at)
    deliver_due(sessions[0].ends_at)
    left = DUE - DUE // 8 + 300
    before = demand_trace()
    with pytest.raises(demand.RefundTooMuch) as refused:
        ask(case, order, left + 1)
    assert "10,083" in refused.value.message
    assert demand_trace() == before
    assert ask(case, order, left).refunds[0].amount_fen == left


def test_what_is_refused_leaves_nothing(case):
    order = case.paid()
    before = demand_trace()
    for wrong in ({"amount": 0}, {"reason": ""}):
        with pytest.raises(InvalidInput):
            ask(case, order, **wrong)
    with pytest.raises(demand.OrderNotFound):
        ask(case, order, actor=on_duty(add_person("外人"), "centre_clerk", LINHAI))
    with pytest.raises(NotAllowed):
        ask(case, order, actor=case.member)
    assert demand_trace() == before
