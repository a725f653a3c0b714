import pytest
from django.db import IntegrityError, transaction

from tests.domains.incentives.pointing import ALL, balance, incentives_open, pointing, trace
from tests.worlds.small_county import COUNTY, HEDE, LINHAI, add_person, on_duty
from xueqiao.domains.incentives import api as incentives
from xueqiao.domains.incentives import rules
from xueqiao.domains.incentives.models import VolunteerTime
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return pointing()


def served(case):
    return balance(rules.hours_account(case.elder.pk), rules.HOURS)


def test_confirmed_time_is_hers(case):
    assert case.confirm(case.hours()).state == "confirmed"
    assert served(case) == 120


def test_refused_time_is_not(case):
    assert case.confirm(case.hours(), is_confirmed=False).state == "refused"
    assert served(case) == 0


def test_the_same_answer_twice_is_one_and_another_is_refused(case):
    time = case.hours()
    case.confirm(time)
    before = trace()
    case.confirm(time)
    with pytest.raises(incentives.TimeDecided):
        case.confirm(time, is_confirmed=False)
    assert trace() == before


def test_above_1500_hours_goes_to_the_time_bank_where_there_is_one(case):
    """Vector 10 of the field's rules: 1,510 hours are 1,500 and 10 donated."""
    incentives_open()
    ledger.post_transfer(
        unit=rules.HOURS,
        postings=[ledger.Posting("organiser:1", rules.hours_account(case.elder.pk), 1_506 * 60)],
        key="before",
        now=case.now,
    )
    case.confirm(case.hours(120))
    assert served(case) == 1_508 * 60  # no time bank here
    case.set("time_bank_open", 1)
    case.confirm(case.hours(120))
    assert served(case) == 1_500 * 60
    assert balance(f"bank:{COUNTY}", rules.HOURS) == 10 * 60


def test_what_is_refused_leaves_nothing(case):
    time = case.hours()
    before = trace()
    with pytest.raises(incentives.SecondPersonNeeded):
        incentives.decide_hours(actor=case.desk, time_uuid=time.uuid, is_confirmed=True, now=case.now)
    own = on_duty(case.elder, "centre_clerk", HEDE)
    with pytest.raises(incentives.SecondPersonNeeded):
        incentives.decide_hours(actor=own, time_uuid=time.uuid, is_confirmed=True, now=case.now)
    with pytest.raises(incentives.TimeNotFound):
        far = on_duty(add_person("外人"), "centre_clerk", LINHAI)
        incentives.decide_hours(actor=far, time_uuid=time.uuid, is_confirmed=True, now=case.now)
    with pytest.raises(NotAllowed):
        incentives.decide_hours(actor=case.me, time_uuid=time.uuid, is_confirmed=True, now=case.now)
    assert trace() == before


def test_the_table_itself_wants_a_second_person(case, mutants):
    case.hours()
    row = VolunteerTime.objects.within(ALL).get()
    for name, decider in (("who recorded it", row.recorded_by_id), ("the volunteer herself", row.person_id)):
        row.state, row.decided_by_id, row.decided_at = "confirmed", decider, case.now
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()
        mutants.tell("volunteer time", f"confirmed by {name}", caught=True)
