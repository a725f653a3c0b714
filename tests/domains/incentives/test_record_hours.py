from datetime import timedelta

import pytest

from tests.domains.incentives.pointing import pointing, trace
from tests.worlds.small_county import LINHAI, add_person, on_duty
from xueqiao.domains.incentives import api as incentives
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return pointing()


def shown(case):
    return incentives.access_hours(actor=Actor.system("test"), person_id=case.elder.pk, now=case.now)


def test_recorded_time_waits_for_a_second_person(case):
    made = case.hours()
    assert (made.state, made.minutes, made.person_name) == ("recorded", 120, "张桂兰")
    assert (shown(case).minutes, shown(case).waiting_minutes) == (0, 120)


def test_the_same_form_twice_is_one_record(case):
    assert case.hours(request_key="once") == case.hours(request_key="once")
    assert shown(case).waiting_minutes == 120


def test_a_day_has_a_most_and_what_was_refused_does_not_count(case):
    first = case.hours(400)
    before = trace()
    with pytest.raises(incentives.TimeDayMost) as refused:
        case.hours(81)
    assert "400" in refused.value.message
    assert trace() == before
    case.hours(80)
    case.confirm(first, is_confirmed=False)
    case.hours(400)


def test_what_is_refused_leaves_nothing(case):
    before = trace()
    wrongs = (
        {"minutes": 0},
        {"minutes": 1441},
        {"words": "教"},
        {"day": case.now.date() + timedelta(days=1)},
        {"day": case.now.date() - timedelta(days=61)},
        {"request_key": ""},
    )
    for wrong in wrongs:
        with pytest.raises(InvalidInput):
            case.hours(**wrong)
    with pytest.raises(incentives.ReceiverNotFound):
        case.hours(learner_code="nobody")
    with pytest.raises(incentives.OwnTimeRecorded):
        case.hours(learner_code=case.room.world.clerk.code)
    for nobody in (case.me, on_duty(add_person("外人"), "centre_clerk", LINHAI)):
        with pytest.raises(NotAllowed):
            case.hours(actor=nobody)
    assert trace() == before
