import pytest
from django.db import DatabaseError, transaction

from tests.domains.classes.teaching import APRIL_2, MEETING, owed, pay_trace, teaching
from tests.domains.payments.paying import ALL, books
from tests.worlds.small_county import LINHAI, add_person, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.models import PaySlip
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(deliver_due):
    case = teaching(deliver_due)
    case.sign()
    case.hold(1, 2, 3, 4)
    return case


def back(case, slip, actor=None, reason="银行退回"):
    return classes.take_back_pay_slip(actor=actor or case.officer, slip_uuid=slip.uuid, reason=reason, now=APRIL_2)


def test_money_that_was_given_out_goes_the_other_way_and_the_meetings_wait_for_another_slip(case):
    slip = case.release(case.slip())
    done = back(case, slip)
    assert (done.state, done.end_reason) == ("taken_back", "银行退回")
    assert owed(case) == 4 * MEETING
    assert not {name for name, amount in books().items() if name.startswith(("bank:pay", "tax:labour")) and amount}
    again = case.release(case.slip())
    assert again.uuid != slip.uuid
    assert (again.gross_fen, owed(case)) == (4 * MEETING, 0)


def test_one_that_waits_is_taken_back_by_the_desk_without_money(case):
    slip = case.slip()
    assert back(case, slip, case.clerk).state == "taken_back"
    assert owed(case) == 4 * MEETING


def test_what_is_refused_moves_nothing(case):
    slip = case.release(case.slip())
    before = pay_trace()
    for actor, refusal in (
        (case.clerk, NotAllowed),  # given out: an officer's matter
        (on_duty(add_person("外人"), "county_officer", LINHAI), classes.UnknownPaySlip),
        (on_duty(case.world.teacher, "county_officer", case.world.centre.region), classes.OwnContract),
    ):
        with pytest.raises(refusal):
            back(case, slip, actor)
    with pytest.raises(classes.ReasonNeeded):
        back(case, slip, reason="")
    assert pay_trace() == before
    back(case, slip)
    with pytest.raises(classes.SlipNotInThisState):
        back(case, slip)


def test_a_slip_taken_back_never_stands_again(case):
    slip = case.slip()
    back(case, slip, case.clerk)
    with pytest.raises(DatabaseError), transaction.atomic():
        PaySlip.objects.within(ALL).filter(uuid=slip.uuid).update(state="made")
