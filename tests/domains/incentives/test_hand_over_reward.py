from datetime import timedelta

import pytest

from tests.domains.incentives.pointing import balance, pointing, trace
from tests.worlds.small_county import HEDE, LINHAI, add_person, on_duty
from xueqiao.domains.incentives import api as incentives
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    made = pointing()
    made.give(500)
    return made


@pytest.fixture
def slip(case):
    return case.reserve(case.reward())


def hand_over(case, slip, actor=None):
    return incentives.hand_over_reward(actor=actor or case.desk, code=slip.code, now=case.now)


def test_now_the_points_are_spent(case, slip):
    partner = f"partner:{case.room.world.centre.pk}:redeemed"
    assert balance(partner) == 0
    assert hand_over(case, slip).state == "handed_over"
    assert balance(partner) == 200
    assert (case.points().available, case.points().set_aside) == (300, 0)


def test_pressed_twice_it_is_handed_over_once(case, slip):
    hand_over(case, slip)
    before = trace()
    assert hand_over(case, slip).state == "handed_over"
    assert trace() == before


def test_what_is_refused_leaves_nothing(case, slip):
    before = trace()
    with pytest.raises(NotAllowed):
        hand_over(case, slip, case.me)
    with pytest.raises(incentives.RedemptionNotFound):
        hand_over(case, slip, on_duty(add_person("外人"), "centre_clerk", LINHAI))
    with pytest.raises(incentives.RedemptionNotFound):
        incentives.hand_over_reward(actor=case.desk, code="00000000", now=case.now)
    with pytest.raises(incentives.HandOverToOneself):
        hand_over(case, slip, on_duty(case.elder, "centre_clerk", HEDE))
    case.now += timedelta(days=14)
    with pytest.raises(incentives.RedemptionEnded) as refused:
        hand_over(case, slip)
    assert "过期未领" in refused.value.message
    assert trace() == before


def test_a_slip_given_up_is_not_handed_over(case, slip):
    incentives.take_back_reward(actor=case.me, redemption_uuid=slip.uuid, now=case.now)
    before = trace()
    with pytest.raises(incentives.RedemptionEnded):
        hand_over(case, slip)
    assert trace() == before
