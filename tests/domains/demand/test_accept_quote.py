from datetime import timedelta

import pytest

from tests.domains.demand.ordering import DUE, demand_trace, ordering
from tests.worlds.small_county import TODAY, acting
from xueqiao.domains.demand import api as demand
from xueqiao.foundation.outbox.models import OutboxEvent as Event
from xueqiao.foundation.reasons import InvalidInput

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return ordering()


def test_a_quote_that_is_taken_is_the_bill_once(case):
    order = case.quoted()
    for _ in range(2):
        done = case.accept(order)
    assert (done.state, done.due_fen, done.left_fen) == ("accepted", DUE, DUE)
    assert done.due_on == TODAY + timedelta(days=15)
    assert Event.objects.filter(name="demand.OrderAccepted").count() == 1


def test_not_after_its_last_day_nor_another_sum_than_was_seen_nor_by_strangers(case):
    order = case.quoted()
    before = demand_trace()
    with pytest.raises(demand.QuoteRanOut):
        case.accept(order, now=case.now + timedelta(days=15))
    with pytest.raises(InvalidInput):
        case.accept(order, seen_fen=DUE - 1)
    for actor in (acting(case.world.elder), case.clerk):
        case.member = actor
        with pytest.raises(demand.OrderNotFound):
            case.accept(order)
    assert demand_trace() == before


def test_it_binds_through_its_last_day(case):
    order = case.quoted()
    assert case.accept(order, now=case.now + timedelta(days=14)).state == "accepted"
