from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from tests.domains.classes.teaching import APRIL_2, MARCH, MEETING, pay_trace, teaching
from tests.domains.payments.paying import ALL
from tests.worlds.small_county import LINHAI, acting, add_person, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.models import PaySlip
from xueqiao.foundation.clock import at_local
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(deliver_due):
    case = teaching(deliver_due)
    case.sign()
    case.hold(1, 2, 3, 4)  # 4, 11, 18, 25 March
    return case


def test_a_month_is_on_one_slip_with_its_tax(case):
    slip = case.slip()
    assert (slip.gross_fen, slip.tax_fen, slip.net_fen) == (4 * MEETING, 8_000, 112_000)  # (1200 - 800) x 20 %
    assert "2018 年第 61 号" in slip.tax_rule
    assert [line.number for line in slip.lines] == [1, 2, 3, 4]
    assert (slip.minutes, slip.state, slip.made_by) == (360, "made", "周文静")
    before = pay_trace()
    assert case.slip() == slip
    assert pay_trace() == before


def test_the_teacher_does_not_see_it_before_it_is_released(case):
    slip = case.slip()
    teacher = acting(case.world.teacher)
    assert classes.access_my_slips(actor=teacher) == []
    with pytest.raises(classes.UnknownPaySlip):
        classes.access_slip(actor=teacher, slip_uuid=slip.uuid)


def test_a_meeting_whose_report_was_lost_is_counted_when_the_slip_is_made(case):
    session = case.world.sessions[4]
    type(session).objects.filter(pk=session.pk).update(state="held")  # 1 April, no event
    april = date(2026, 4, 1)
    slip = case.slip(now=at_local(date(2026, 5, 2), 9), month=april)
    assert [line.number for line in slip.lines] == [1, 2, 3, 4, 5], "what March did not pay is paid with April"


def test_a_month_that_runs_has_no_slip_and_one_without_pay_neither(case):
    before = pay_trace()
    with pytest.raises(classes.MonthNotOver):
        case.slip(now=at_local(date(2026, 3, 31), 23))
    with pytest.raises(classes.NothingToPay):
        case.slip(month=date(2026, 2, 1))
    assert pay_trace() == before


def test_what_was_corrected_below_zero_waits_for_a_month_that_can_carry_it(case):
    case.release(case.slip())
    for number in (1, 2):
        classes.reopen_session(
            actor=case.clerk, session_id=case.world.sessions[number - 1].pk, reason="点错了", now=APRIL_2
        )
    case.deliver(APRIL_2)
    case.hold(5)
    april, may = date(2026, 4, 1), at_local(date(2026, 5, 2), 9)
    with pytest.raises(classes.NothingToPay):
        case.slip(month=april, now=may)  # one meeting against two that were paid for nothing
    case.hold(6, 7)
    slip = case.slip(month=april, now=may)
    assert slip.gross_fen == MEETING


def test_not_by_the_teacher_herself_nor_by_another_desk(case):
    before = pay_trace()
    for actor, refusal in (
        (on_duty(case.world.teacher, "centre_clerk", case.world.centre.region), classes.OwnContract),
        (on_duty(add_person("外人"), "centre_clerk", LINHAI), NotAllowed),
        (acting(case.world.rider), NotAllowed),
    ):
        case.clerk = actor
        with pytest.raises(refusal):
            case.slip()
    assert pay_trace() == before


def test_two_slips_of_one_month_cannot_be_and_amounts_never_change(case):
    slip = PaySlip.objects.within(ALL).get(uuid=case.slip().uuid)
    twin = PaySlip.objects.within(ALL).get(pk=slip.pk)
    twin.pk, twin.uuid = None, uuid4()
    with pytest.raises(DatabaseError, match="pay_slip_once_a_month"), transaction.atomic():
        PaySlip.objects.bulk_create([twin])
    rows = PaySlip.objects.within(ALL).filter(pk=slip.pk)
    for forge in (lambda: rows.update(gross_fen=1), lambda: rows.update(month=MARCH - timedelta(days=28)), rows.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            forge()
    assert rows.get().gross_fen == slip.gross_fen
