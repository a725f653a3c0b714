from datetime import timedelta
from uuid import uuid4

import pytest

from tests.domains.incentives.pointing import pointing, stranger, trace
from xueqiao.domains.incentives import api as incentives
from xueqiao.domains.people import api as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    made = pointing()
    made.give(150, year=2025)
    made.give(500)
    return made


def left(case, reward):
    return next(r.left for r in incentives.access_rewards(actor=case.desk, on=case.now.date()) if r.uuid == reward.uuid)


def test_points_are_set_aside_the_oldest_first_and_a_piece_with_them(case):
    reward = case.reward()
    slip = case.reserve(reward)
    shown = case.points()
    assert (shown.available, shown.set_aside) == (450, 200)
    assert [(y.year, y.available) for y in shown.years] == [(2026, 450)]
    assert left(case, reward) == 2
    assert len(slip.code) == 8
    assert slip.keep_until == case.now + timedelta(days=14)
    assert shown.redemptions == (slip,)
    assert (shown.history[0].deed, shown.history[0].amount, shown.history[0].state) == ("reserve", -200, "held")


def test_pressed_twice_it_is_one_slip(case):
    reward = case.reward()
    assert case.reserve(reward, key="once") == case.reserve(reward, key="once")
    assert left(case, reward) == 2


def test_the_last_piece_goes_to_one(case):
    reward = case.reward(stock=1)
    case.give(500, case.other)
    case.reserve(reward)
    before = trace()
    with pytest.raises(incentives.RewardGone):
        case.reserve(reward, case.other)
    assert trace() == before
    assert incentives.rewards_near(case.room.world.centre.region, on=case.now.date()) == []


def test_so_many_a_year(case):
    reward = case.reward(person_year_max=1)
    case.reserve(reward)
    before = trace()
    with pytest.raises(incentives.RewardYearMost):
        case.reserve(reward)
    assert trace() == before


def test_points_set_aside_cannot_be_set_aside_again(case):
    reward = case.reward(price_hundredths=400)
    case.reserve(reward)
    before = trace()
    with pytest.raises(incentives.NotEnoughPoints) as refused:
        case.reserve(reward)
    assert "2.5" in refused.value.message
    assert trace() == before


def test_what_is_refused_leaves_nothing(case):
    reward = case.reward()
    incentives.change_stock(actor=case.desk, reward_uuid=reward.uuid, stock=3, is_closed=True, now=case.now)
    old = case.reward(valid_to=case.now.date())
    before = trace()
    with pytest.raises(incentives.RewardOver):
        case.reserve(reward)
    with pytest.raises(people.MayNotActFor):
        incentives.reserve_reward(
            actor=stranger(), person_id=case.elder.pk, reward_uuid=old.uuid, request_key="x", now=case.now
        )
    with pytest.raises(incentives.RewardNotFound):
        incentives.reserve_reward(
            actor=case.me, person_id=case.elder.pk, reward_uuid=uuid4(), request_key="x", now=case.now
        )
    case.now += timedelta(days=1)
    with pytest.raises(incentives.RewardOver):
        case.reserve(old)
    assert trace() == before
