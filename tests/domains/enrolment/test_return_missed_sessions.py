from datetime import timedelta

import pytest

from tests.domains.enrolment.test_owe_session import cancel
from tests.domains.enrolment.test_use_make_ups import make_up
from tests.domains.payments.settling import paid_case, sessions_of, shares, states
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.payments import api as payments

pytestmark = pytest.mark.django_db


def test_after_thirty_days_without_a_make_up_the_meeting_is_paid_back(deliver_due):
    case = paid_case(deliver_due)
    cancel(case, 2, deliver_due)
    assert enrolment.return_missed_sessions(now=case.now + timedelta(days=29)) == 0
    after = case.now + timedelta(days=30)
    assert enrolment.return_missed_sessions(now=after) == 1
    deliver_due(after)
    assert enrolment.return_missed_sessions(now=after) == 0
    assert shares(case) == {"government": (0, 1500, 10500), "learner": (0, 3000, 21000)}
    (refund,) = payments.refunds_of(case.bill.id)
    assert refund.rule.startswith("退一次课：8 次里的 1 次")


def test_when_the_class_is_over_it_is_paid_back_at_once(deliver_due):
    case = paid_case(deliver_due)
    cancel(case, 8, deliver_due)
    over = sessions_of(case)[-1].ends_at + timedelta(hours=1)
    assert enrolment.return_missed_sessions(now=over) == 1


def test_a_make_up_in_sight_keeps_the_money(deliver_due):
    case = paid_case(deliver_due)
    cancel(case, 2, deliver_due)
    make_up(case)
    assert enrolment.return_missed_sessions(now=case.now + timedelta(days=60)) == 0
    assert states(case) == ["waiting"] * 8
