from datetime import timedelta

import pytest

from tests.domains.incentives.pointing import pointing, stranger, trace
from xueqiao.domains.incentives import api as incentives
from xueqiao.foundation.ledger import api as ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    made = pointing()
    made.give(150, year=2025)
    made.give(500)
    return made


@pytest.fixture
def slip(case):
    return case.reserve(case.reward(stock=1))


def take_back(case, slip, actor=None):
    return incentives.take_back_reward(actor=actor or case.me, redemption_uuid=slip.uuid, now=case.now)


def years(case):
    return [(each.year, each.available) for each in case.points().years]


def test_given_up_before_it_is_fetched_points_and_piece_are_back(case, slip):
    assert take_back(case, slip).state == "taken_back"
    assert years(case) == [(2025, 150), (2026, 500)]
    assert [each.left for each in incentives.rewards_near(case.room.world.centre.region, on=case.now.date())] == [1]


def test_brought_back_to_the_desk_the_points_return_to_their_years(case, slip):
    incentives.hand_over_reward(actor=case.desk, code=slip.code, now=case.now)
    assert years(case) == [(2026, 450)]
    assert take_back(case, slip, case.desk).state == "taken_back"
    assert years(case) == [(2025, 150), (2026, 500)]
    assert ledger.verify_ledger().is_sound


@pytest.mark.parametrize("is_handed_over", [False, True])
def test_pressed_twice_it_is_taken_back_once(case, slip, is_handed_over):
    if is_handed_over:
        incentives.hand_over_reward(actor=case.desk, code=slip.code, now=case.now)
    take_back(case, slip, case.desk)
    before = trace()
    take_back(case, slip, case.desk)
    assert trace() == before


def test_what_is_refused_leaves_nothing(case, slip):
    before = trace()
    with pytest.raises(incentives.RedemptionNotFound):
        take_back(case, slip, stranger())
    assert trace() == before
    incentives.hand_over_reward(actor=case.desk, code=slip.code, now=case.now)
    before = trace()
    with pytest.raises(incentives.RedemptionEnded):
        take_back(case, slip)  # she has the thing: only the desk sees that it came back
    assert trace() == before


def test_what_lapsed_is_not_taken_back_again(case, slip):
    case.now += timedelta(days=15)
    assert incentives.lapse_redemptions(now=case.now) == 1
    before = trace()
    with pytest.raises(incentives.RedemptionEnded):
        take_back(case, slip)
    assert trace() == before
