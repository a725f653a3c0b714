from dataclasses import replace
from datetime import timedelta

import pytest

from tests.domains.payments.paying import (
    TO_PAY,
    begin,
    books,
    money_trace,
    owed,
    pay,
    send,
    signed,
    verdicts,
)
from tests.worlds.small_county import acting, add_place
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.models import CallbackReceipt, Refund
from xueqiao.gateways.payments.rehearsal import RehearsalKeys, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return owed()


def test_a_signed_payment_is_booked_and_the_place_confirmed(case, deliver_due):
    assert pay(case) == "applied"
    deliver_due(case.now)
    assert (case.fresh().state, case.fresh().paid_fen) == ("paid", TO_PAY)
    assert (case.place_state(), case.pool()) == ("confirmed", (0, 1))
    assert books() == {
        "gateway:rehearsal:clearing": -24000,
        "payer:government": -12000,
        f"bill:{case.bill.id}:held": 36000,
    }


def test_the_same_message_again_is_repeated(case):
    message = signed(begin(case), case.now)
    assert send(message, case.now) == "applied"
    before = money_trace()
    assert send(message, case.now) == "repeated"
    assert money_trace() == before


def test_the_same_transaction_in_another_message_is_repeated(case):
    payment = begin(case)
    assert send(signed(payment, case.now), case.now) == "applied"
    before = money_trace()
    assert send(signed(payment, case.now), case.now) == "repeated"
    assert money_trace() == before


def test_a_repeated_message_is_answered_as_received(case):
    message = signed(begin(case), case.now)
    for _ in range(2):
        answer = payments.take_callback(gateway="rehearsal", headers=message.headers, body=message.body, now=case.now)
        assert answer.status == 200
        assert b"SUCCESS" in answer.body


def _other_key(message, payment, now):
    return sign(replace_key(), _transaction_of(payment, now), now=now)


def replace_key():
    from xueqiao.domains.payments.queries.bills import gateway_named

    ours = gateway_named("rehearsal").keys
    return RehearsalKeys(RehearsalKeys.make().private_key, ours.serial, ours.api_key)


def _transaction_of(payment, now):
    from xueqiao.domains.payments.actions.start_payment import order_of
    from xueqiao.gateways.payments.rehearsal import _transaction

    return _transaction(order_of(payment, payment.bill), state="SUCCESS", amount_fen=payment.amount_fen, now=now)


def _header(name, value):
    return lambda message, _payment, _now: replace(message, headers=message.headers | {name: value})


FORGERIES = {
    "another key": _other_key,
    "one byte of the body changed": lambda m, _p, _n: replace(m, body=m.body.replace(b"encrypt", b"encrupt")),
    "another serial": _header("wechatpay-serial", "0" * 40),
    "another nonce": _header("wechatpay-nonce", "f" * 32),
    "another time": _header("wechatpay-timestamp", "1"),
    "time that is no number": _header("wechatpay-timestamp", "١٢٣"),
    "no signature": _header("wechatpay-signature", ""),
    "signature that is no base64": _header("wechatpay-signature", "%%%"),
    "no headers": lambda m, _p, _n: replace(m, headers={}),
    "empty body": lambda m, _p, _n: replace(m, body=b""),
    "body that is not UTF-8": lambda m, _p, _n: replace(m, body=b"\xff\xfe{"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_forgeries_move_nothing(case, forgery):
    payment = begin(case)
    message = FORGERIES[forgery](signed(payment, case.now), payment, case.now)
    before = money_trace()
    answer = payments.take_callback(gateway="rehearsal", headers=message.headers, body=message.body, now=case.now)
    assert (answer.verdict, answer.status) == ("forged", 401)
    assert money_trace() == before
    assert CallbackReceipt.objects.get().message_id == "", "nothing inside a forgery is believed"


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_recording_played_again_is_stale(case, minutes):
    payment = begin(case)
    message = signed(payment, case.now)
    before = money_trace()
    assert send(message, case.now + timedelta(minutes=minutes)) == "stale"
    assert money_trace() == before


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"amount": {"total": TO_PAY - 1}}, "wrong_amount"),
        ({"amount": {"total": TO_PAY + 1}}, "wrong_amount"),
        ({"amount": {"total": 0}}, "wrong_amount"),
        ({"amount": {"total": -TO_PAY}}, "wrong_amount"),
        ({"amount": {"currency": "USD"}}, "wrong_currency"),
        ({"mchid": "1900000110"}, "wrong_merchant"),
        ({"out_trade_no": "B0000000000000-1"}, "unknown_bill"),
        ({"amount": {"total": "24000"}}, "forged"),
        ({"amount": {"total": True}}, "forged"),
    ],
)
def test_signed_messages_that_say_the_wrong_thing_move_nothing(case, changes, verdict):
    payment = begin(case)
    before = money_trace()
    assert send(signed(payment, case.now, **changes), case.now) == verdict
    assert money_trace() == before
    assert verdicts() == [verdict]


def test_after_a_wrong_amount_the_right_one_still_counts(case):
    payment = begin(case)
    assert send(signed(payment, case.now, amount={"total": 1}), case.now) == "wrong_amount"
    assert send(signed(payment, case.now), case.now) == "applied"


def test_a_closed_payment_can_be_tried_again(case):
    first = begin(case)
    assert send(signed(first, case.now, trade_state="CLOSED"), case.now) == "applied"
    assert case.fresh().state == "due"
    second = begin(case)
    assert second.order_code != first.order_code
    assert send(signed(second, case.now), case.now) == "applied"


def test_success_after_a_close_still_counts(case):
    payment = begin(case)
    send(signed(payment, case.now, trade_state="CLOSED"), case.now)
    assert send(signed(payment, case.now), case.now) == "applied"
    assert case.fresh().state == "paid"


def test_paid_on_two_phones_the_second_goes_back(case, deliver_due):
    first, second = begin(case, method="wechat"), begin(case, method="alipay")
    assert send(signed(first, case.now), case.now) == "applied"
    assert send(signed(second, case.now), case.now) == "returned"
    deliver_due(case.now)
    assert case.fresh().refunded_fen == 0, "what was paid twice was never the bill's"
    refund = Refund.objects.get()
    assert (refund.amount_fen, refund.is_excess, refund.state) == (TO_PAY, True, "done")
    assert books()["gateway:rehearsal:clearing"] == -TO_PAY


def test_late_money_takes_the_seat_if_it_is_still_free(case, deliver_due):
    payment, later = begin(case), case.place.hold_until + timedelta(minutes=1)
    assert enrolment.expire_holds(now=later) == 1
    assert case.place_state() == "expired"
    assert send(signed(payment, later), later) == "late"
    deliver_due(later)
    assert (case.place_state(), case.pool()) == ("confirmed", (0, 1))


def test_late_money_without_a_seat_goes_back_whole(case, deliver_due):
    payment, later = begin(case), case.place.hold_until + timedelta(minutes=1)
    enrolment.expire_holds(now=later)
    add_place(case.run, case.world.elder)
    assert send(signed(payment, later), later) == "late"
    deliver_due(later)
    bill = case.fresh()
    assert (case.place_state(), case.pool(), bill.state) == ("expired", (0, 1), "refunded")
    assert bill.refunded_fen == bill.paid_fen == TO_PAY
    assert Refund.objects.get().state == "done"
    assert books() == {}


def test_money_for_a_seat_given_up_goes_back_whole(case, deliver_due):
    payment = begin(case)
    enrolment.release_hold(actor=case.actor, place_uuid=case.place.uuid, now=case.now)
    assert send(signed(payment, case.now), case.now) == "late"
    deliver_due(case.now)
    assert (case.place_state(), case.pool(), case.fresh().state) == ("released", (0, 0), "refunded")


def test_money_past_the_time_but_before_the_sweep_keeps_the_seat(case, deliver_due):
    payment, later = begin(case), case.place.hold_until + timedelta(seconds=30)
    assert send(signed(payment, later), later) == "late"
    assert enrolment.expire_holds(now=later) == 0, "a paid hold is not expired"
    deliver_due(later)
    assert case.place_state() == "confirmed"


def test_late_money_after_the_person_took_another_class_at_that_time_goes_back(case, deliver_due):
    payment, later = begin(case), case.place.hold_until + timedelta(minutes=1)
    enrolment.expire_holds(now=later)
    enrolment.hold_seat(
        actor=acting(case.world.rider),
        run_id=case.world.run.pk,
        person_id=case.world.rider.pk,
        request_key="other",
        channel="web",
        now=later,
    )
    send(signed(payment, later), later)
    deliver_due(later)
    assert case.fresh().state == "refunded"
    assert "同一时间" in Refund.objects.get().reason


def test_receipts_of_forgeries_do_not_fill_the_disk(case, monkeypatch):
    import sys

    monkeypatch.setattr(sys.modules["xueqiao.domains.payments.actions.take_callback"], "REFUSED_KEPT_PER_HOUR", 3)
    message = replace(signed(begin(case), case.now), headers={})
    for _ in range(5):
        assert send(message, case.now) == "forged"
    assert CallbackReceipt.objects.count() == 3


def test_an_unknown_gateway_is_refused(case):
    with pytest.raises(payments.UnknownGateway):
        payments.take_callback(gateway="nobody", headers={}, body=b"", now=case.now)


def test_nobody_signs_for_cash(case):
    assert send(signed(begin(case), case.now), case.now, gateway="counter") == "forged"
