from datetime import timedelta

import pytest

from tests.domains.payments.paying import PRICE, TO_PAY, books, owed, pay
from tests.worlds.small_county import HEDE, add_person, add_place, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.payments.models import Refund
from xueqiao.domains.people.models import Notice
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(deliver_due):
    case = owed(capacity=5)
    pay(case)
    deliver_due(case.now)
    return case


def drop(case, number, deliver_due):
    clerk = on_duty(case.world.clerk, "centre_clerk", HEDE)
    session = classes.sessions_of(case.run.id)[number]
    classes.cancel_session(actor=clerk, session_id=session.id, reason="停电", now=case.now)
    classes.give_back_session(actor=clerk, session_id=session.id, now=case.now)
    deliver_due(case.now)
    return session


def test_one_meeting_goes_back_to_every_payer_and_the_learner_stays(case, deliver_due):
    session = drop(case, 2, deliver_due)
    assert (case.fresh().refunded_fen, case.place_state()) == (TO_PAY // 8, "confirmed")
    assert books()[f"bill:{case.bill.id}:held"] == PRICE - PRICE // 8
    last = Notice.objects.within(Scope.everything("test")).latest("pk")
    assert "30 元原路退回" in last.text
    assert enrolment.give_back_meeting(session_id=session.id, sold=8, now=case.now) == TO_PAY // 8  # again: the same
    assert Refund.objects.count() == 1


def test_two_meetings_and_then_the_whole_class_add_up_to_what_was_paid(case, deliver_due):
    drop(case, 2, deliver_due)
    drop(case, 3, deliver_due)
    assert case.fresh().refunded_fen == TO_PAY // 4
    clerk = on_duty(case.world.clerk, "centre_clerk", HEDE)
    classes.cancel_class_run(actor=clerk, code=case.run.code, reason="老师生病", now=case.now)
    deliver_due(case.now)
    assert (case.fresh().refunded_fen, books()) == (TO_PAY, {})


def test_who_came_after_the_meeting_is_not_paid_for_it(case, deliver_due):
    late = add_person("后来的")
    add_place(case.run, late, now=case.now + timedelta(days=30))
    session = drop(case, 2, deliver_due)
    told = Notice.objects.within(Scope.everything("test")).filter(key=f"session_refunded:{session.id}")
    assert [notice.recipient for notice in told] == [case.world.rider]
