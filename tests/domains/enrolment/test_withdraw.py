from datetime import datetime, timedelta

import pytest

from tests.domains.enrolment.seats_and_places import held, pool, trace
from tests.domains.payments.paying import TO_PAY, books, money_trace, owed, pay
from tests.worlds.small_county import OTHER_COUNTY, acting, on_duty, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors import seats as errors
from xueqiao.domains.enrolment.rules.seats import refund_due
from xueqiao.foundation.clock import SHANGHAI
from xueqiao.foundation.outbox.models import OutboxEvent

pytestmark = pytest.mark.django_db
STARTS = [datetime(2026, 3, 4, 19, tzinfo=SHANGHAI) + timedelta(weeks=n) for n in range(8)]


@pytest.mark.parametrize(
    ("when", "refund"),
    [
        (STARTS[0] - timedelta(seconds=1), 24000),
        (STARTS[0], 21000),
        (STARTS[1], 18000),
        (STARTS[2] - timedelta(seconds=1), 18000),
        (STARTS[2], 0),
        (STARTS[7], 0),
    ],
)
def test_the_dated_rule(when, refund):
    rule = refund_due(paid_fen=24000, starts=STARTS, before_session=3, now=when, source="s")
    assert rule.refund_fen == refund


def test_the_organisers_cause_is_refunded_pro_rata_at_any_time():
    rule = refund_due(paid_fen=24001, starts=STARTS, before_session=3, now=STARTS[6], source="s", by_organiser=True)
    assert (rule.refund_fen, rule.sessions_left) == (3000, 1)


def test_rounded_half_up_to_the_fen():
    rule = refund_due(paid_fen=3, starts=STARTS[:2], before_session=2, now=STARTS[0], source="s")
    assert rule.refund_fen == 2  # 1.5


def test_a_class_shorter_than_the_limit_has_no_pro_rata_after_its_end():
    assert refund_due(paid_fen=100, starts=STARTS[:2], before_session=3, now=STARTS[1], source="s").refund_fen == 0


def leave(case, now, seen=None):
    return enrolment.withdraw(actor=case.actor, place_uuid=case.place.uuid, now=now, seen_fen=seen)


@pytest.fixture
def case(deliver_due):
    case = owed()
    pay(case)
    deliver_due(case.now)
    return case


def test_before_the_start_everything_comes_back(case, deliver_due):
    done = leave(case, case.now, seen=TO_PAY)
    deliver_due(case.now)
    assert done.refund_fen == TO_PAY
    assert (case.place_state(), case.pool(), books()) == ("withdrawn", (0, 0), {})


def test_after_the_first_meeting_seven_eighths(case):
    now = case.now + timedelta(days=1)
    assert enrolment.refund_now(place=case.place, now=now).refund_fen == 21000
    assert leave(case, now, seen=21000).refund_fen == 21000
    assert books()[f"bill:{case.bill.id}:held"] == 36000 // 8


def test_after_the_third_meeting_nothing_but_the_seat_comes_back(case):
    now = case.now + timedelta(days=20)
    assert leave(case, now, seen=0).refund_fen == 0
    assert (case.pool(), case.fresh().state) == ((0, 0), "paid")


def test_an_amount_that_was_not_shown_is_not_moved(case):
    before = trace(), money_trace()
    with pytest.raises(errors.AmountMoved) as refusal:
        leave(case, case.now + timedelta(days=1), seen=TO_PAY)
    assert "210 元" in refusal.value.message
    assert (trace(), money_trace()) == before


def test_pressed_twice_it_is_one_refund(case):
    assert leave(case, case.now).refund_fen == leave(case, case.now).refund_fen == TO_PAY
    assert OutboxEvent.objects.filter(name="payments.RefundAsked").count() == 1


def test_a_held_seat_is_not_withdrawn():
    world = small_county()
    place = held(world)
    before = trace()
    with pytest.raises(errors.PlaceNotConfirmed):
        enrolment.withdraw(actor=acting(world.rider), place_uuid=place.uuid, now=world.now)
    assert trace() == before
    assert pool(world.run) == (1, 0)


def test_nobody_elses_place(case):
    before = trace(), money_trace()
    for actor in (acting(case.world.elder), on_duty(case.world.other_officer, "county_officer", OTHER_COUNTY)):
        with pytest.raises(errors.PlaceNotFound):
            enrolment.withdraw(actor=actor, place_uuid=case.place.uuid, now=case.now)
    assert (trace(), money_trace()) == before
