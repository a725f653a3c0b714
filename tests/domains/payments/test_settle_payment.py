import hashlib
from dataclasses import replace

import pytest

from tests.domains.payments.paying import begin, money_trace, owed, verdicts
from xueqiao.domains.payments.actions.settle_payment import settle_payment
from xueqiao.domains.payments.ports import GatewayMessage
from xueqiao.domains.payments.queries.bills import gateway_named

pytestmark = pytest.mark.django_db


def settle(message, case):
    till = gateway_named("rehearsal")
    return settle_payment(
        till=till, message=message, body_hash=hashlib.sha256(b"").digest(), source="callback", now=case.now
    )[0]


@pytest.fixture
def case():
    return owed()


@pytest.fixture
def message(case):
    payment = begin(case)
    return GatewayMessage(
        "M1", payment.order_code, "42001", gateway_named("rehearsal").merchant, "CNY", payment.amount_fen, "SUCCESS"
    )


def test_success_is_applied_once(case, message):
    assert settle(message, case) == "applied"
    before = money_trace()
    assert settle(replace(message, message_id="M2"), case) == "repeated"
    assert money_trace() == before


@pytest.mark.parametrize("state", ["NOTPAY", "USERPAYING", "REFUND", "REFUND.SUCCESS", "ACCEPT", "", "success"])
def test_words_that_say_nothing_of_money_coming_in_move_nothing(case, message, state):
    before = money_trace()
    assert settle(replace(message, state=state), case) == "noted"
    assert money_trace() == before
    assert verdicts() == ["noted"]
    assert settle(message, case) == "applied", "and do not stand in the way of the payment"


@pytest.mark.parametrize("state", ["CLOSED", "REVOKED", "PAYERROR"])
def test_words_of_an_end_fail_the_attempt(case, message, state):
    assert settle(replace(message, state=state), case) == "applied"
    assert (case.fresh().state, case.fresh().payments.get().state) == ("due", "failed")


def test_an_order_of_another_gateway_is_unknown(case, message):
    case.fresh().payments.update(gateway="wechat")
    before = money_trace()
    assert settle(message, case) == "unknown_bill"
    assert money_trace() == before
