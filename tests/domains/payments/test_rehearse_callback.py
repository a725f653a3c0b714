from datetime import timedelta
from uuid import uuid4

import pytest

from tests.domains.payments.paying import begin, owed, send, verdicts
from tests.worlds.small_county import HEDE, on_duty
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.errors.bills import BillNotFound
from xueqiao.domains.payments.jobs import rehearse_late_callback
from xueqiao.domains.payments.models import Payment

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("pay", ["applied"]),
        ("pay_twice", ["applied", "repeated"]),
        ("forged", ["forged"]),
        ("wrong_amount", ["wrong_amount"]),
        ("lost", []),
        ("reordered", ["applied", "repeated"]),
        ("down", []),
        ("close", ["applied"]),
        ("never", []),
    ],
)
def test_what_a_tester_chooses_comes_with_real_signatures(choice, expected):
    case = owed()
    payment = begin(case)
    for message in payments.rehearse_callback(payment_uuid=payment.uuid, choice=choice, now=case.now):
        send(message, case.now)
    assert verdicts() == expected
    assert case.fresh().state == ("paid" if choice in {"pay", "pay_twice", "reordered"} else "due")


def test_late_is_brought_by_the_worker_after_the_time(deliver_due):
    from procrastinate.contrib.django.models import ProcrastinateJob

    case = owed()
    payment = begin(case)
    assert payments.rehearse_callback(payment_uuid=payment.uuid, choice="late", now=case.now) == []
    job = ProcrastinateJob.objects.get(task_name="payments.rehearse_late_callback")
    assert job.scheduled_at >= case.bill.due_at
    later = case.bill.due_at + timedelta(minutes=1)
    enrolment.expire_holds(now=later)
    rehearse_late_callback(now=later, **job.args)
    deliver_due(later)
    assert (verdicts(), case.place_state()) == (["late"], "confirmed")


def test_a_choice_nobody_offers_is_an_error():
    case = owed()
    with pytest.raises(ValueError, match="nonsense"):
        payments.rehearse_callback(payment_uuid=begin(case).uuid, choice="nonsense", now=case.now)


def test_only_rehearsals_can_be_rehearsed():
    case = owed()
    clerk = on_duty(case.world.clerk, "centre_clerk", HEDE)
    payments.pay_at_counter(actor=clerk, bill_uuid=case.bill.uuid, cash_fen=case.bill.to_pay_fen, now=case.now)
    with pytest.raises(payments.UnknownGateway):
        payments.rehearse_callback(payment_uuid=Payment.objects.get().uuid, choice="pay", now=case.now)
    with pytest.raises(BillNotFound):
        payments.rehearse_callback(payment_uuid=uuid4(), choice="pay", now=case.now)
