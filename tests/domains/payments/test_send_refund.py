from dataclasses import dataclass, field

import pytest

from tests.domains.payments.paying import TO_PAY, owed, pay
from tests.worlds.small_county import HEDE, on_duty
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.actions.send_refund import send_refund
from xueqiao.domains.payments.jobs import send_refunds
from xueqiao.domains.payments.models import Refund
from xueqiao.domains.payments.ports import RefundAnswer, payment_gateways
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.outbox.models import OutboxEvent

pytestmark = pytest.mark.django_db


@dataclass
class SlowGateway:
    """Accepts a refund and has done it when asked for the second time."""

    name: str = "rehearsal"
    is_local: bool = False
    asked: list = field(default_factory=list)

    def send_refund(self, order, *, now):
        self.asked.append(order)
        return RefundAnswer(is_done=len(self.asked) > 1, reference="R1")


def refunded(case):
    payments.refund_bill(
        actor=Actor.system("test"),
        bill_id=case.bill.id,
        learner_amount_fen=TO_PAY,
        key="k",
        reason="退课",
        rule="全退",
        now=case.now,
    )
    return Refund.objects.get()


def test_the_gateway_is_asked_again_until_it_is_done(monkeypatch):
    case = owed()
    pay(case)
    refund, slow = refunded(case), SlowGateway()
    monkeypatch.setitem(payment_gateways.use(), "rehearsal", slow)
    assert send_refund(refund_id=refund.pk, now=case.now) is False
    assert Refund.objects.get().state == "asked"
    send_refunds(now=case.now)
    assert Refund.objects.get().state == "done"
    assert {order.refund_uuid for order in slow.asked} == {refund.uuid}, "one number, so money goes back once"


def test_a_done_refund_is_not_asked_for_again(monkeypatch):
    case = owed()
    pay(case)
    refund = refunded(case)
    assert send_refund(refund_id=refund.pk, now=case.now) is True
    events, deeds = OutboxEvent.objects.count(), AuditEntry.objects.count()
    slow = SlowGateway()
    monkeypatch.setitem(payment_gateways.use(), "rehearsal", slow)
    assert send_refund(refund_id=refund.pk, now=case.now) is True
    assert (slow.asked, OutboxEvent.objects.count(), AuditEntry.objects.count()) == ([], events, deeds)


def test_cash_waits_for_a_clerk():
    case = owed()
    clerk = on_duty(case.world.clerk, "centre_clerk", HEDE)
    payments.pay_at_counter(actor=clerk, bill_uuid=case.bill.uuid, cash_fen=TO_PAY, now=case.now)
    assert send_refund(refund_id=refunded(case).pk, now=case.now) is False
