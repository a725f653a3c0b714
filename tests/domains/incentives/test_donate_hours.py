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


def give(case, minutes=50, actor=None, key="k", to=""):
    return incentives.donate_hours(
        actor=actor or case.me,
        person_id=case.elder.pk,
        minutes=minutes,
        receiver_code=to,
        request_key=key,
        now=case.now,
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


def test_given_to_a_daughter_it_is_hers_once(case):
    case.set("time_bank_open", 1)
    daughter = case.room.world.daughter
    for _ in range(2):
        give(case, to=daughter.code)
    assert (case.minutes(), case.minutes(daughter)) == (70, 50)
    with pytest.raises(InvalidInput):
        give(case)  # the same form, but into the bank now
    assert balance(f"bank:{COUNTY}", rules.HOURS) == 0


def test_outside_the_family_and_above_what_one_keeps_nothing_is_given(case):
    case.set("time_bank_open", 1)
    case.set("volunteer_keep_most", 130)
    daughter = case.room.world.daughter
    case.confirm(case.hours(100, learner_code=daughter.code))
    before = trace()
    with pytest.raises(incentives.TimeForFamilyOnly):
        give(case, to=case.other.code)
    with pytest.raises(incentives.ReceiverNotFound):
        give(case, to="T9999999")
    with pytest.raises(incentives.GiftToOneself):
        give(case, to=case.elder.code)
    with pytest.raises(incentives.TimeKeepMost) as told:
        give(case, 31, to=daughter.code)
    assert told.value.details == {"most": 2, "left": 30}
    assert trace() == before
    give(case, 30, to=daughter.code)
    assert case.minutes(daughter) == 130
