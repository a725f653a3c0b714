"""Messages of gateways that arrive together, and money that arrives while a hold ends."""

import sys
import threading
from functools import partial

import psycopg
import pytest
from django.db import connection
from django.test import Client

from tests.domains.payments.paying import TO_PAY, begin, books, money_trace, owed, send, signed
from tests.races.test_seats import contend
from tests.worlds.small_county import acting, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.seats import ClassFull
from xueqiao.domains.payments.models import Bill, Payment
from xueqiao.foundation import clock
from xueqiao.foundation.ledger.models import Transfer
from xueqiao.foundation.outbox.api import deliver_due

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def settle(now):
    while deliver_due(now).done:
        pass


def test_without_the_bills_lock_one_message_is_judged_twice(monkeypatch):
    """The mutant: both have judged before either books. The ledger's key and the constraints then stop the second."""
    module = sys.modules["xueqiao.domains.payments.actions.settle_payment"]
    judged, real = threading.Barrier(2), module._judge

    def judge_together(*args):
        verdict = real(*args)
        judged.wait(timeout=20)
        return verdict

    monkeypatch.setattr(module, "_judge", judge_together)
    queryset = type(Bill.objects.all())
    monkeypatch.setattr(queryset, "select_for_update", lambda self, *_a, **_k: self)
    case = owed(small_county())
    message = signed(begin(case), case.now)
    outcomes = contend([lambda: send(message, case.now) for _ in range(2)])
    assert sorted(map(str, outcomes)) != ["applied", "repeated"], "the lock is what makes the second a repeat"
    monkeypatch.undo()
    assert books()[f"bill:{case.bill.id}:held"] == case.bill.amount_fen


@pytest.mark.parametrize("same", [True, False])
def test_one_transaction_in_many_messages_is_booked_once(same):
    case = owed(small_county())
    payment = begin(case)
    first = signed(payment, case.now)
    messages = [first if same else signed(payment, case.now) for _ in range(4)]
    outcomes = contend([lambda message=message: send(message, case.now) for message in messages])
    assert sorted(outcomes) == ["applied", "repeated", "repeated", "repeated"]
    settle(case.now)
    assert (case.place_state(), case.pool()) == ("confirmed", (0, 1))
    assert books()["gateway:rehearsal:clearing"] == -TO_PAY


def test_one_message_twenty_times_at_once_is_booked_once():
    case = owed(small_county())
    message = signed(begin(case), case.now)
    outcomes = contend([lambda: send(message, case.now) for _ in range(20)])
    assert sorted(outcomes) == ["applied"] + ["repeated"] * 19
    assert books()[f"bill:{case.bill.id}:held"] == case.bill.amount_fen


@pytest.mark.parametrize("step", ["_judge", "_move"])
def test_a_database_that_goes_away_is_answered_as_failure_and_the_repeat_is_booked_once(step):
    """As in a restart: the server ends the connection after a step of the callback. Never a false success."""
    module = sys.modules["xueqiao.domains.payments.actions.settle_payment"]
    real = getattr(module, step)

    def then_the_server_goes(*args):
        answer = real(*args)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend = cursor.fetchone()[0]
        parameters = connection.get_connection_params()
        keys = ("dbname", "user", "password", "host", "port")
        with psycopg.connect(**{key: parameters[key] for key in keys if parameters.get(key)}) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [backend])
        return answer

    case = owed(small_county())
    message = signed(begin(case), case.now)
    before = money_trace()
    post = partial(
        Client(raise_request_exception=False).post,
        "/pay/callback/rehearsal/",
        data=message.body,
        content_type="application/json",
        headers=message.headers,
    )
    with clock.frozen(case.now):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, step, then_the_server_goes)
            answer = post()
        connection.close()
        assert answer.status_code == 500
        assert b"SUCCESS" not in answer.content
        assert money_trace() == before
        assert [post().status_code for _ in range(2)] == [200, 200]
    assert books()[f"bill:{case.bill.id}:held"] == case.bill.amount_fen


def test_paid_on_two_phones_at_once_is_paid_once():
    case = owed(small_county())
    payments = [begin(case, method=method) for method in ("wechat", "alipay")]
    outcomes = contend([lambda p=p: send(signed(p, case.now), case.now) for p in payments])
    assert sorted(outcomes) == ["applied", "returned"]
    settle(case.now)
    assert sorted(Payment.objects.values_list("state", flat=True)) == ["returned", "succeeded"]
    assert books()["gateway:rehearsal:clearing"] == -TO_PAY


@pytest.mark.parametrize("attempt", range(3))
def test_money_the_sweep_and_the_next_person_meet(attempt):
    """One seat: the payer gets it or all the money; the other gets it or is told it is full. Never both or none."""
    case = owed(small_county())
    payment, late = begin(case), case.place.hold_until
    other = acting(case.world.elder)
    outcomes = contend(
        [
            lambda: send(signed(payment, late), late),
            lambda: enrolment.expire_holds(now=late),
            lambda: enrolment.hold_seat(
                actor=other,
                run_id=case.run.pk,
                person_id=case.world.elder.pk,
                request_key="next",
                channel="web",
                now=late,
            ),
        ]
    )
    settle(late)
    other_has_it = not isinstance(outcomes[2], ClassFull)
    bill = case.fresh()
    if case.place_state() == "confirmed":
        assert not other_has_it
        assert (case.pool(), bill.state) == ((0, 1), "paid")
    else:
        assert other_has_it
        assert (case.pool(), bill.state, books()) == ((1, 0), "refunded", {})
    assert Transfer.objects.count() in {1, 2}
    connection.close()
