from datetime import timedelta

import pytest

from tests.domains.payments.paying import owed
from tests.domains.payments.settling import SYSTEM
from tests.worlds.small_county import HEDE, on_duty
from xueqiao.domains.payments import api as payments
from xueqiao.foundation.outbox.models import OutboxEvent as Event

pytestmark = pytest.mark.django_db


def cash_refund_waiting():
    case = owed()
    clerk = on_duty(case.world.clerk, "centre_clerk", HEDE, channel="counter")
    payments.pay_at_counter(actor=clerk, bill_uuid=case.bill.uuid, cash_fen=24_000, now=case.now)
    payments.refund_bill(
        actor=SYSTEM, bill_id=case.bill.id, learner_amount_fen=1_000, key="k", reason="退", rule="规则", now=case.now
    )
    return case, clerk


def test_a_refund_is_named_once_its_days_are_over():
    case, clerk = cash_refund_waiting()
    assert payments.warn_late_refunds(now=case.now + timedelta(days=14)) == 0
    assert payments.warn_late_refunds(now=case.now + timedelta(days=15)) == 1
    event = Event.objects.get(name="payments.RefundOverdue")
    assert (event.payload["amount_fen"], event.payload["days_waiting"]) == (1_000, 15)
    assert [r.amount_fen for r in payments.access_refunds_waiting(actor=clerk)] == [1_000]


def test_one_that_arrived_is_not_named(deliver_due):
    case, clerk = cash_refund_waiting()
    (refund,) = payments.refunds_of(case.bill.id)
    payments.hand_over_cash(actor=clerk, refund_uuid=refund.uuid, now=case.now)
    assert payments.warn_late_refunds(now=case.now + timedelta(days=40)) == 0
    assert payments.access_refunds_waiting(actor=clerk) == []
