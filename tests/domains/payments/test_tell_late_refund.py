from datetime import timedelta

import pytest

from tests.domains.payments.test_warn_late_refunds import cash_refund_waiting
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.actions.tell_late_refund import tell_late_refund
from xueqiao.domains.payments.models import Refund
from xueqiao.domains.people import api as people
from xueqiao.gateways.messages.texts import text_of

pytestmark = pytest.mark.django_db


def test_the_clerks_hear_once_by_the_event_and_the_desk_shows_it_as_late(deliver_due):
    case, clerk = cash_refund_waiting()
    for days in (15, 16):
        now = case.now + timedelta(days=days)
        payments.warn_late_refunds(now=now)
        deliver_due(now)
    (notice,) = [n for n in people.notices_of(clerk) if "还没退到" in n.text]
    assert case.bill.code in notice.text
    assert "10 元等了 15 天" in notice.text
    assert "王小骑" not in notice.text
    (late,) = payments.access_refunds_waiting(actor=clerk, now=case.now + timedelta(days=16))
    assert (late.days_waiting, late.is_overdue) == (16, True)
    (fresh,) = payments.access_refunds_waiting(actor=clerk, now=case.now + timedelta(days=14))
    assert not fresh.is_overdue
    assert len(text_of("refund_overdue", {"code": case.bill.code, "yuan": "10", "days": "15"})) <= 70


def test_one_that_arrived_meanwhile_is_nobodys_worry():
    case, clerk = cash_refund_waiting()
    refund = payments.access_cash_refunds_waiting(actor=clerk)[0]
    payments.hand_over_cash(actor=clerk, refund_uuid=refund.uuid, now=case.now)
    row = Refund.objects.get(uuid=refund.uuid)
    assert tell_late_refund(refund_id=row.pk, days_waiting=15, now=case.now) == 0
    assert not [n for n in people.notices_of(clerk) if "还没退到" in n.text]
