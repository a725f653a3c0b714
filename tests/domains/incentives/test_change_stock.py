import pytest

from tests.domains.incentives.pointing import pointing, trace
from tests.worlds.small_county import LINHAI, add_person, on_duty
from xueqiao.domains.incentives import api as incentives
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    made = pointing()
    made.give(500)
    return made


def change(case, reward, stock, **wanted):
    return incentives.change_stock(
        **{"actor": case.desk, "reward_uuid": reward.uuid, "stock": stock, "now": case.now} | wanted
    )


def test_more_pieces_come_and_a_closed_one_opens_again(case):
    reward = case.reward(stock=1)
    case.reserve(reward)
    assert change(case, reward, 5).left == 4
    assert change(case, reward, 5, is_closed=True).is_open is False
    assert change(case, reward, 5).is_open is True


def test_what_is_refused_leaves_nothing(case):
    reward = case.reward(stock=2)
    case.reserve(reward)
    before = trace()
    with pytest.raises(incentives.StockTooSmall):
        change(case, reward, 0)
    with pytest.raises(InvalidInput):
        change(case, reward, -1)
    with pytest.raises(NotAllowed):
        change(case, reward, 9, actor=case.me)
    with pytest.raises(incentives.RewardNotFound):
        change(case, reward, 9, actor=on_duty(add_person("外人"), "centre_clerk", LINHAI))
    assert trace() == before
