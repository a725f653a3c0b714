import pytest

from tests.domains.payments.paying import TO_PAY, begin, books, owed, pay
from xueqiao.domains.payments.actions.return_excess import return_excess
from xueqiao.domains.payments.models import Refund
from xueqiao.foundation.audit.values import Actor

pytestmark = pytest.mark.django_db


def test_money_paid_twice_leaves_a_trace_and_no_balance():
    case = owed()
    second = begin(case, method="alipay")
    pay(case)
    before = books()
    second.bill.refresh_from_db()
    return_excess(second, reference="43", actor=Actor.system("test"), now=case.now)
    assert books() == before
    refund = Refund.objects.get()
    assert (refund.is_excess, refund.amount_fen) == (True, TO_PAY)
    assert case.fresh().refunded_fen == 0
