from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.domains.incentives.pointing import ALL, balance, pointing, stranger, trace
from tests.worlds.small_county import COUNTY, HEDE, LINHAI, acting, add_person, on_duty
from xueqiao.domains.incentives import api as incentives
from xueqiao.domains.incentives import rules
from xueqiao.domains.incentives.models import TimeService
from xueqiao.domains.people import api as people
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    made = pointing()
    made.bank()
    return made


def test_served_the_time_is_used_and_she_is_told(case):
    case.end(case.service(50))
    assert case.minutes() == 70
    assert balance(rules.helped_account(COUNTY), rules.HOURS) == 50
    told = [each.text for each in people.notices_of(case.me)]
    assert told == ["张桂兰3 月 4 日的时间银行服务“陪去医院取药”：已完成，时长已用。"]
    assert ledger.verify_ledger().is_sound


def test_refused_or_withdrawn_the_time_is_hers_again(case):
    first, second = case.service(50), case.service(40)
    case.end(first, "refused")
    daughter = acting(case.room.world.daughter, acts_for=(case.elder,))
    case.end(second, "withdrawn", actor=daughter)
    assert case.minutes() == 120
    (told,) = people.notices_of(case.me)
    assert told.text.endswith("：安排不了，时长已退回。")


def test_the_same_answer_twice_is_one_and_another_is_refused(case):
    asked = case.service()
    case.end(asked)
    before = trace()
    case.end(asked)
    for state, actor in (("refused", case.desk), ("withdrawn", case.me)):
        with pytest.raises(incentives.ServiceEnded):
            case.end(asked, state, actor=actor)
    assert trace() == before


def test_what_is_refused_leaves_it_waiting(case):
    asked, later = case.service(), case.service(30, day=case.now.date() + timedelta(days=2))
    far = on_duty(add_person("外人"), "centre_clerk", LINHAI)
    before = trace()
    for refusal, state, service, actor in (
        (incentives.ServiceNotYet, "served", later, case.desk),
        (incentives.SecondPersonNeeded, "served", asked, on_duty(case.elder, "centre_clerk", HEDE)),
        (incentives.ServiceNotFound, "served", asked, far),
        (NotAllowed, "served", asked, case.me),
        (incentives.ServiceNotFound, "withdrawn", asked, stranger()),
        (incentives.ServiceNotFound, "withdrawn", asked, case.desk),
        (InvalidInput, "asked", asked, case.desk),
    ):
        with pytest.raises(refusal):
            case.end(service, state, actor=actor)
    assert trace() == before


def test_the_table_itself_wants_somebody_else(case, mutants):
    case.service()
    row = TimeService.objects.within(ALL).get()
    row.state, row.decided_by_id, row.decided_at = "served", row.helped_id, case.now
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    mutants.tell("volunteer time", "a service said to be given by who got it", caught=True)
