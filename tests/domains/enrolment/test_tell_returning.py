from datetime import timedelta

import pytest

from tests.domains.enrolment.returning import OPENS, Series
from tests.domains.enrolment.seats_and_places import ALL
from tests.worlds import rounds
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.people.models import Notice

pytestmark = pytest.mark.django_db


def test_learners_of_last_term_are_told_once_in_the_window():
    case = Series(learners=2)
    assert enrolment.tell_returning(now=OPENS - timedelta(minutes=1)) == 0
    assert enrolment.tell_returning(now=case.now) == 2
    assert enrolment.tell_returning(now=case.now + timedelta(days=1)) == 0
    assert enrolment.tell_returning(now=rounds.OPENS) == 0
    told = Notice.objects.within(ALL).filter(template="return_open")
    assert {each.path for each in told} == {f"/rounds/{case.round.code}/"}
    assert "不用抽签" in told[0].text


def test_whose_series_is_over_is_not_told():
    case = Series(learners=2, terms=1)
    assert enrolment.tell_returning(now=case.now) == 0
