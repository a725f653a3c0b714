from datetime import timedelta

import pytest

from tests.domains.payments.paying import begin, books, money_trace, owed, send, signed, verdicts
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.actions.start_payment import order_of
from xueqiao.domains.payments.jobs import query_payments
from xueqiao.domains.payments.models import Payment, Refund
from xueqiao.domains.payments.rules.polling import GIVE_UP_AFTER, LONGEST, next_ask
from xueqiao.gateways.payments import rehearsal_book as far_side

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return owed()


def pay_there(payment, now, amount_fen=None):
    """The payer has paid at the far side; its message never comes."""
    payments.rehearse_callback(payment_uuid=payment.uuid, choice="lost", now=now)
    if amount_fen is not None:
        trade = far_side.find_trade(payment.order_code)
        trade.amount_fen = amount_fen
        trade.save()


def poll(start, until, step=timedelta(seconds=20)):
    """Run the job as the worker would, until a moment."""
    now = start
    while now <= until:
        query_payments(now=now)
        now += step


def test_a_payment_whose_message_was_lost_is_found_within_five_minutes(case, deliver_due):
    payment = begin(case)
    paid_at = case.now + timedelta(minutes=7)
    poll(case.now, paid_at)
    pay_there(payment, paid_at)
    poll(paid_at, paid_at + timedelta(minutes=5))
    deliver_due(paid_at + timedelta(minutes=5))
    assert (case.fresh().state, case.place_state()) == ("paid", "confirmed")
    assert verdicts() == ["applied"]


def test_what_is_settled_is_not_asked_about_again(case):
    payment = begin(case)
    pay_there(payment, case.now)
    assert payments.query_payment(payment_id=payment.pk, now=case.now) == "applied"
    payment.refresh_from_db()
    assert (payment.state, payment.next_ask_at) == ("succeeded", None)
    before = money_trace()
    assert payments.query_payment(payment_id=payment.pk, now=case.now) == ""
    assert money_trace() == before


def test_the_message_after_the_answer_is_a_repeat(case):
    payment = begin(case)
    pay_there(payment, case.now)
    payments.query_payment(payment_id=payment.pk, now=case.now)
    before = money_trace()
    assert send(signed(payment, case.now), case.now) == "repeated"
    assert money_trace() == before


def test_an_unpaid_order_is_left_alone_while_the_bill_is_due(case):
    payment = begin(case)
    before = money_trace()
    assert payments.query_payment(payment_id=payment.pk, now=case.now) == ""
    assert money_trace() == before
    assert far_side.find_trade(payment.order_code).state == "NOTPAY"


def test_an_order_nobody_paid_is_closed_there_when_its_time_is_over(case):
    payment, over = begin(case), case.place.hold_until + timedelta(minutes=1)
    enrolment.expire_holds(now=over)
    assert payments.query_payment(payment_id=payment.pk, now=over) == "applied"
    payment.refresh_from_db()
    assert (payment.state, payment.next_ask_at) == ("failed", None)
    assert far_side.find_trade(payment.order_code).state == "CLOSED"
    assert books() == {}


def test_the_second_order_of_a_paid_bill_is_closed_there(case):
    first, second = begin(case, method="wechat"), begin(case, method="alipay")
    send(signed(first, case.now), case.now)
    payments.query_payment(payment_id=second.pk, now=case.now)
    assert far_side.find_trade(second.order_code).state == "CLOSED"
    assert case.fresh().state == "paid"


def test_who_pays_while_it_is_being_closed_is_not_forgotten(case, deliver_due, monkeypatch):
    """The payer is faster than our closing: asked once more after it, the money is seen."""
    payment, over = begin(case), case.place.hold_until + timedelta(minutes=1)
    real = far_side.close_trade

    def paid_first(order_code):
        far_side.pay_trade(order_of(payment, payment.bill), reference="42", now=over)
        real(order_code)

    monkeypatch.setattr(far_side, "close_trade", paid_first)
    assert payments.query_payment(payment_id=payment.pk, now=over) == "late"
    deliver_due(over)
    assert case.place_state() == "confirmed"


def test_late_money_found_by_asking_goes_back_when_the_seat_is_gone(case, deliver_due):
    payment, over = begin(case), case.place.hold_until + timedelta(minutes=1)
    pay_there(payment, over)
    enrolment.release_hold(actor=case.actor, place_uuid=case.place.uuid, now=case.now)
    assert payments.query_payment(payment_id=payment.pk, now=over) == "late"
    deliver_due(over)
    assert (case.fresh().state, Refund.objects.get().state, books()) == ("refunded", "done", {})


def test_a_wrong_amount_found_by_asking_moves_nothing(case):
    payment = begin(case)
    pay_there(payment, case.now, amount_fen=1)
    before = money_trace()
    assert payments.query_payment(payment_id=payment.pk, now=case.now) == "wrong_amount"
    assert money_trace() == before


def test_a_gateway_that_is_down_loses_nothing(case):
    payment = begin(case)
    pay_there(payment, case.now)
    far_side.go_down(until=case.now + timedelta(minutes=10))
    before = money_trace()
    assert payments.query_payment(payment_id=payment.pk, now=case.now) == "down"
    assert money_trace() == before
    up_again = case.now + timedelta(minutes=10, seconds=1)
    poll(case.now, up_again + LONGEST + timedelta(seconds=20))
    assert case.fresh().state == "paid"


def test_starting_while_the_gateway_is_down_keeps_bill_and_seat(case):
    far_side.go_down(until=case.now + timedelta(minutes=1))
    with pytest.raises(payments.GatewayIsDown) as refusal:
        begin(case)
    assert "没有扣您的钱" in refusal.value.message
    assert (case.fresh().state, case.place_state()) == ("due", "held")
    payment = begin(case, now=case.now + timedelta(minutes=2))
    assert payment.order_code.endswith("-1"), "the attempt is taken up again"
    assert Payment.objects.count() == 1


def test_asking_becomes_rarer_but_never_rarer_than_five_minutes_and_ends(case):
    start, now, asks = case.now, case.now, 0
    while (following := next_ask(started_at=start, asks=asks, now=now)) is not None:
        assert timedelta(seconds=20) <= following - now <= LONGEST < timedelta(minutes=5)
        now, asks = following, asks + 1
    assert now - start >= GIVE_UP_AFTER
    assert asks < 1100
