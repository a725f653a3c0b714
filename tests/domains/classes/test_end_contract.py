from datetime import date, timedelta

import pytest

from tests.domains.classes.teaching import MEETING, owed, teaching
from tests.worlds.small_county import LINHAI, TODAY, add_person, on_duty
from xueqiao.domains.classes import api as classes

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(deliver_due):
    return teaching(deliver_due)


def end(case, contract, last_day=TODAY + timedelta(days=7), reason="老师搬家", now=None):
    return classes.end_contract(
        actor=case.clerk,
        contract_uuid=contract.uuid,
        last_day=last_day,
        reason=reason,
        now=now or case.world.now,
    )


def test_what_was_taught_by_the_last_day_stays_earned_and_nothing_after_is(case):
    contract = case.sign()
    ended = end(case, contract)
    assert (ended.valid_to, ended.end_reason) == (TODAY + timedelta(days=7), "老师搬家")
    case.hold(1, 2, 3)
    assert owed(case) == 2 * MEETING


def test_a_contract_never_ends_in_the_past_or_later_than_agreed(case):
    contract = case.sign()
    for day in (TODAY - timedelta(days=1), date(2027, 1, 1)):
        with pytest.raises(classes.BadContract):
            end(case, contract, last_day=day)
    with pytest.raises(classes.ReasonNeeded):
        end(case, contract, reason=" ")
    assert classes.access_contract(actor=case.clerk, contract_uuid=contract.uuid) == contract


def test_another_desk_and_the_teacher_herself_do_not_end_it(case):
    contract = case.sign()
    for actor, refusal in (
        (on_duty(add_person("外人"), "centre_clerk", LINHAI), classes.UnknownContract),
        (on_duty(case.world.teacher, "centre_clerk", case.world.centre.region), classes.OwnContract),
    ):
        with pytest.raises(refusal):
            classes.end_contract(
                actor=actor, contract_uuid=contract.uuid, last_day=TODAY, reason="老师搬家", now=case.world.now
            )
    assert classes.access_contract(actor=case.clerk, contract_uuid=contract.uuid).valid_to == date(2026, 12, 31)
