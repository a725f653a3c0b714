from datetime import timedelta

import pytest

from tests.domains.incentives.pointing import pointing, trace
from tests.worlds.small_county import LINHAI, OTHER_COUNTY, add_person, on_duty
from xueqiao.domains.incentives import api as incentives
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return pointing()


def test_residents_of_the_county_find_it_the_cheapest_first(case):
    dear = case.reward(title="保温杯", price_hundredths=900)
    cheap = case.reward()
    assert [each.uuid for each in incentives.rewards_near(LINHAI, on=case.now.date())] == [cheap.uuid, dear.uuid]
    assert incentives.rewards_near(OTHER_COUNTY, on=case.now.date()) == []
    assert incentives.rewards_near(LINHAI, on=case.now.date() + timedelta(days=91)) == []


def test_what_is_refused_leaves_nothing(case):
    before = trace()
    wrongs = (
        {"title": "袋"},
        {"partner": ""},
        {"price_hundredths": 0},
        {"stock": 0},
        {"person_year_max": 0},
        {"valid_to": case.now.date() - timedelta(days=1)},
    )
    for wrong in wrongs:
        with pytest.raises(InvalidInput):
            case.reward(**wrong)
    for nobody in (case.me, on_duty(add_person("外人"), "centre_clerk", LINHAI)):
        with pytest.raises(NotAllowed):
            case.reward(actor=nobody)
    assert trace() == before
