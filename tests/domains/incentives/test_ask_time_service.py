from datetime import date, timedelta

import pytest

from tests.domains.incentives.pointing import balance, pointing, stranger, trace
from tests.worlds.small_county import COUNTY, acting, add_person, link_family
from xueqiao.domains.incentives import api as incentives
from xueqiao.domains.incentives import rules
from xueqiao.domains.people import api as people
from xueqiao.foundation.reasons import InvalidInput

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    made = pointing()
    made.bank()
    return made


def test_a_saver_of_sixty_sets_her_own_time_aside(case):
    asked = case.service(50)
    assert (asked.state, asked.helped_id, asked.payer_id) == ("asked", case.elder.pk, case.elder.pk)
    view = incentives.access_hours(actor=case.me, person_id=case.elder.pk, now=case.now)
    assert (view.minutes, view.set_aside) == (70, 50)
    assert [each.uuid for each in view.services] == [asked.uuid]
    assert [each.uuid for each in incentives.access_time_services(actor=case.desk, state="asked")] == [asked.uuid]


def test_a_daughter_uses_her_time_for_her_mother(case):
    daughter = case.room.world.daughter
    case.confirm(case.hours(90, learner_code=daughter.code))
    asked = case.service(90, actor=acting(daughter), person_id=daughter.pk, helped_code=case.elder.code)
    assert (asked.helped_id, asked.payer_id) == (case.elder.pk, daughter.pk)
    assert (case.minutes(daughter), case.minutes()) == (0, 120)


def test_pressed_twice_it_is_one_and_another_form_is_another(case):
    assert case.service(request_key="k") == case.service(request_key="k")
    with pytest.raises(InvalidInput):
        case.service(50, request_key="k")
    assert case.minutes() == 60


def test_what_is_refused_leaves_nothing(case):
    daughter, today = case.room.world.daughter, case.now.date()
    young = add_person("年轻的家人")
    link_family(agent=young, subject=case.elder)
    before = trace()
    for refusal, wanted in (
        (incentives.NotEnoughTime, {"minutes": 121}),
        (incentives.TimeForFamilyOnly, {"helped_code": case.other.code}),
        (incentives.ReceiverNotFound, {"helped_code": "T9999999"}),
        (incentives.TooYoungForHelp, {"helped_code": young.code}),
        (people.MayNotActFor, {"actor": stranger()}),
        (InvalidInput, {"minutes": 0}),
        (InvalidInput, {"minutes": 481}),
        (InvalidInput, {"day": today - timedelta(days=1)}),
        (InvalidInput, {"day": today + timedelta(days=61)}),
        (InvalidInput, {"day": date.max}),
        (InvalidInput, {"words": "帮"}),
        (InvalidInput, {"request_key": ""}),
        (incentives.TooYoungForHelp, {"actor": acting(daughter), "person_id": daughter.pk}),
    ):
        with pytest.raises(refusal):
            case.service(**wanted)
    assert trace() == before


def test_without_a_time_bank_time_stays_where_it_is():
    case = pointing()
    case.confirm(case.hours(120))
    before = trace()
    with pytest.raises(incentives.TimeBankClosed):
        case.service()
    assert trace() == before
    assert balance(rules.helped_account(COUNTY), rules.HOURS) == 0
