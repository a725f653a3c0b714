from datetime import date, timedelta

import pytest

from tests.domains.demand.ordering import DUE, EACH, PEOPLE, demand_trace, ordering
from tests.worlds.small_county import LINHAI, TODAY, add_person, on_duty
from xueqiao.domains.demand import api as demand
from xueqiao.domains.people import api as people
from xueqiao.foundation.parameters.models import Parameter
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return ordering()


def test_the_price_is_the_rules_without_the_public_subsidy_and_binds_until_a_day(case):
    order = case.quoted()
    quote = order.quote
    assert (quote.per_learner_fen, quote.learners, quote.amount_fen) == (EACH, PEOPLE, DUE)
    assert quote.valid_until == TODAY + timedelta(days=14)
    assert "30 元/课时" in quote.source
    assert (order.state, quote.is_open) == ("quoted", True)
    (notice,) = people.notices_of(case.member)
    assert "报价 11,520 元" in notice.text


def test_a_later_quote_takes_the_place_of_the_earlier(case):
    first = case.quoted()
    Parameter.objects.create(
        name="classes.unit_cost_fen_per_class_hour",
        region=case.world.centre.region,
        value=2_000,
        valid_from=date(2026, 1, 1),
        source="县文件",
        approved_by="陈明",
        recorded_at=case.now,
    )
    second = demand.quote_order(actor=case.clerk, order_uuid=first.uuid, now=case.now)
    assert second.quote.per_learner_fen == 32_000
    with pytest.raises(Exception, match="invalid_input"):
        case.accept(first)
    assert case.accept(second).due_fen == 32_000 * PEOPLE


def test_another_desk_does_not_quote_and_what_is_accepted_is_not_quoted_again(case):
    order = case.order()
    before = demand_trace()
    with pytest.raises(demand.OrderNotFound):
        demand.quote_order(
            actor=on_duty(add_person("外人"), "centre_clerk", LINHAI), order_uuid=order.uuid, now=case.now
        )
    with pytest.raises(NotAllowed):
        demand.quote_order(actor=case.member, order_uuid=order.uuid, now=case.now)
    assert demand_trace() == before
    accepted = case.accept(demand.quote_order(actor=case.clerk, order_uuid=order.uuid, now=case.now))
    with pytest.raises(demand.OrderNotInThisState):
        demand.quote_order(actor=case.clerk, order_uuid=accepted.uuid, now=case.now)
