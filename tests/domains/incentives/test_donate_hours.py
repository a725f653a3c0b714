import pytest

from tests.domains.incentives.pointing import balance, pointing, stranger, trace
from tests.worlds.small_county import COUNTY
from xueqiao.domains.incentives import api as incentives
from xueqiao.domains.incentives import rules
from xueqiao.domains.people import api as people
from xueqiao.foundation.reasons import InvalidInput

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    made = pointing()
    made.confirm(made.hours(120))
    return made


def give(case, minutes=50, actor=None, key="k"):
    return incentives.donate_hours(
        actor=actor or case.me, person_id=case.elder.pk, minutes=minutes, request_key=key, now=case.now
    )


def test_without_a_time_bank_time_stays_where_it_is(case):
    before = trace()
    with pytest.raises(incentives.TimeBankClosed):
        give(case)
    assert trace() == before


def test_given_to_the_time_bank_once(case):
    case.set("time_bank_open", 1)
    give(case)
    give(case)
    assert balance(rules.hours_account(case.elder.pk), rules.HOURS) == 70
    assert balance(f"bank:{COUNTY}", rules.HOURS) == 50


def test_what_is_refused_leaves_nothing(case):
    case.set("time_bank_open", 1)
    before = trace()
    with pytest.raises(InvalidInput):
        give(case, 0)
    with pytest.raises(incentives.NotEnoughTime):
        give(case, 121)
    with pytest.raises(people.MayNotActFor):
        give(case, actor=stranger())
    assert trace() == before
