import pytest

from tests.domains.payments.paying import TO_PAY, owed, pay
from tests.worlds.small_county import HEDE, LINHAI, on_duty
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.errors.bills import BillNotFound
from xueqiao.domains.payments.models import Refund
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


def cash_refund(case):
    clerk = on_duty(case.world.clerk, "centre_clerk", HEDE)
    payments.pay_at_counter(actor=clerk, bill_uuid=case.bill.uuid, cash_fen=TO_PAY, now=case.now)
    refund = payments.refund_bill(
        actor=clerk,
        bill_id=case.bill.id,
        learner_amount_fen=500,
        key="k",
        reason="退课",
        rule="按次",
        now=case.now,
    )
    return clerk, refund


def test_the_clerk_hands_the_cash_over_once():
    case = owed()
    clerk, refund = cash_refund(case)
    assert [r.uuid for r in payments.access_cash_refunds_waiting(actor=clerk)] == [refund.uuid]
    for _ in range(2):
        assert payments.hand_over_cash(actor=clerk, refund_uuid=refund.uuid, now=case.now).state == "done"
    assert OutboxEvent.objects.filter(name="payments.RefundDone").count() == 1
    assert payments.access_cash_refunds_waiting(actor=clerk) == []


def test_a_clerk_of_another_town_may_not():
    case = owed()
    _clerk, refund = cash_refund(case)
    stranger = on_duty(case.world.clerk, "centre_clerk", LINHAI)
    with pytest.raises(NotAllowed):
        payments.hand_over_cash(actor=stranger, refund_uuid=refund.uuid, now=case.now)
    assert Refund.objects.get().state == "asked"
    assert payments.access_cash_refunds_waiting(actor=stranger) == []


def test_money_of_a_gateway_is_not_handed_over_as_cash():
    case = owed()
    pay(case)
    clerk = on_duty(case.world.clerk, "centre_clerk", HEDE)
    refund = payments.refund_bill(
        actor=clerk, bill_id=case.bill.id, learner_amount_fen=5, key="k", reason="r", rule="r", now=case.now
    )
    with pytest.raises(BillNotFound):
        payments.hand_over_cash(actor=clerk, refund_uuid=refund.uuid, now=case.now)
