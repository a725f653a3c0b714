from datetime import timedelta

import pytest

from tests.domains.incentives.pointing import pointing, trace
from xueqiao.domains.incentives import api as incentives

pytestmark = pytest.mark.django_db


def test_what_nobody_fetched_in_time_goes_back_and_nothing_else():
    case = pointing()
    case.give(1_000)
    reward = case.reward(stock=3, person_year_max=9)
    late, fetched = case.reserve(reward), case.reserve(reward)
    incentives.hand_over_reward(actor=case.desk, code=fetched.code, now=case.now)
    assert incentives.lapse_redemptions(now=late.keep_until - timedelta(seconds=1)) == 0
    assert incentives.lapse_redemptions(now=late.keep_until) == 1
    assert (case.points().available, case.points().set_aside) == (800, 0)
    assert {each.code: each.state for each in case.points().redemptions} == {
        late.code: "lapsed",
        fetched.code: "handed_over",
    }
    before = trace()
    assert incentives.lapse_redemptions(now=late.keep_until) == 0
    assert trace() == before
