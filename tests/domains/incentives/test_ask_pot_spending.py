import pytest

from tests.domains.incentives.pointing import pointing, trace
from tests.worlds.small_county import LINHAI, add_person, on_duty
from xueqiao.domains.incentives import api as incentives
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    made = pointing()
    made.pot(1_000)
    return made


def test_the_desk_asks_and_nothing_moves_until_a_second_person(case):
    reward = case.reward()
    before = trace()
    asked = case.spending(reward, pieces=3)
    assert (asked.state, asked.points_hundredths, asked.words) == ("asked", 600, "送给独居老人活动日")
    after = trace()
    assert (after[0], after[1]) == (before[0], before[1])  # balances and stock
    assert [each.uuid for each in incentives.access_pot_spendings(actor=case.officer)] == [asked.uuid]
    assert incentives.pot_of(320924000000).spendings == ()


def test_pressed_twice_it_is_one(case):
    reward = case.reward()
    assert case.spending(reward, request_key="k") == case.spending(reward, request_key="k")
    assert len(incentives.access_pot_spendings(actor=case.desk)) == 1


def test_what_is_refused_leaves_nothing(case):
    reward, dear = case.reward(), case.reward(price_hundredths=1_001)
    far = on_duty(add_person("外人"), "centre_clerk", LINHAI)
    before = trace()
    for refusal, wanted in (
        (incentives.PotShort, {"reward_uuid": dear.uuid}),
        (incentives.RewardGone, {"pieces": 4}),
        (InvalidInput, {"pieces": 0}),
        (InvalidInput, {"pieces": 1_001}),
        (InvalidInput, {"words": "送人"}),
        (InvalidInput, {"request_key": ""}),
        (incentives.RewardNotFound, {"actor": far}),
        (NotAllowed, {"actor": case.me}),
    ):
        with pytest.raises(refusal):
            case.spending(reward, **wanted)
    incentives.change_stock(actor=case.desk, reward_uuid=reward.uuid, stock=3, is_closed=True, now=case.now)
    with pytest.raises(incentives.RewardOver):
        case.spending(reward)
    assert trace()[3:] == before[3:]
