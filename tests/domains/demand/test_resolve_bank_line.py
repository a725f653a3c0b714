import pytest

from tests.domains.demand.ordering import DUE, demand_trace, money_of, ordering
from tests.worlds.small_county import OTHER_COUNTY, on_duty
from xueqiao.domains.demand import api as demand
from xueqiao.domains.demand.models import BankLine
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return ordering()


@pytest.fixture
def order(case):
    order = case.accepted()
    case.bank(("N1", "老板个人", "11520.30", "培训"))
    return order


def resolve(case, order_code="", words="老板个人代付，电话核对", actor=None):
    line = BankLine.objects.get()
    return demand.resolve_bank_line(
        actor=actor or case.officer, line_id=line.pk, order_code=order_code, words=words, now=case.now
    )


def test_a_person_says_what_it_is_for_once_in_words(case, order):
    done = resolve(case, order.code.lower())
    assert (done.state, done.order_code, done.resolution) == ("assigned", order.code, "老板个人代付，电话核对")
    assert money_of(order) == {"held": DUE, "excess": 30, "bank": DUE + 30, "unknown": 0}
    before = demand_trace()
    with pytest.raises(demand.BankLineSettled):
        resolve(case, order.code)
    assert demand_trace() == before


def test_what_is_nobodys_goes_back(case, order):
    assert resolve(case, words="付错了，银行已退").state == "returned"
    assert money_of(order) == {"held": 0, "excess": 0, "bank": 0, "unknown": 0}


def test_what_is_refused_moves_nothing(case, order):
    before = demand_trace()
    with pytest.raises(InvalidInput):
        resolve(case, order.code, words="好")
    with pytest.raises(demand.OrderNotFound):
        resolve(case, "QY00000000")
    with pytest.raises(demand.BankLineNotFound):
        resolve(case, "", actor=on_duty(case.world.other_officer, "county_officer", OTHER_COUNTY))
    with pytest.raises(NotAllowed):
        resolve(case, order.code, actor=case.clerk)
    assert demand_trace() == before
