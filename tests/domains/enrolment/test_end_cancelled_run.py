from datetime import timedelta

import pytest

from tests.domains.payments.paying import PRICE, TO_PAY, begin, books, owed, pay, send, signed
from tests.worlds.small_county import HEDE, add_person, add_place, add_run, on_duty, small_county
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.actions import end_cancelled_run as subject
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.models import Place, SeatPool
from xueqiao.domains.enrolment.rules.changes import organiser_refund
from xueqiao.domains.payments.models import Refund
from xueqiao.domains.people.models import Notice
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.reasons import NotAllowed
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db
ALL = Scope.everything("test")


def cancel(world, run, now):
    clerk = on_duty(world.clerk, "centre_clerk", HEDE)
    return classes.cancel_class_run(actor=clerk, code=run.code, reason="老师生病", now=now)


def notices():
    return Notice.objects.within(ALL).order_by("pk")


@pytest.fixture
def case(deliver_due):
    case = owed()
    pay(case)
    deliver_due(case.now)
    return case


@pytest.mark.parametrize(
    ("sold", "delivered", "back"),
    [(8, 0, 24001), (8, 2, 18001), (8, 7, 3000), (8, 8, 0), (0, 0, 24001), (3, 1, 16001)],
)
def test_what_the_organiser_gives_back(sold, delivered, back):
    assert organiser_refund(paid_fen=24001, sold=sold, delivered=delivered).refund_fen == back


def test_before_the_start_every_payer_gets_everything_back_and_is_told_what_becomes_of_the_money(case, deliver_due):
    cancel(case.world, case.run, case.now)
    deliver_due(case.now)
    assert (case.place_state(), case.pool(), books()) == ("removed", (0, 0), {})
    assert case.fresh().refunded_fen == TO_PAY
    [notice] = notices()
    assert notice.recipient == case.world.rider
    assert "老师生病" in notice.text and "240 元原路退回" in notice.text
    removed = OutboxEvent.objects.get(name="enrolment.PlaceRemoved").payload
    assert (removed["refund_fen"], removed["cause"]) == (TO_PAY, "class_cancelled")
    assert not OutboxEvent.objects.filter(name="enrolment.SeatFreed").exists()


def test_later_the_part_not_given_goes_back_to_every_payer(case, deliver_due):
    after_two = case.now + timedelta(days=8)
    cancel(case.world, case.run, after_two)
    deliver_due(after_two)
    assert case.fresh().refunded_fen == TO_PAY * 6 // 8
    assert books()[f"bill:{case.bill.id}:held"] == PRICE * 2 // 8


def test_a_meeting_that_was_owed_when_the_class_ended_is_paid_back_too(case, deliver_due):
    clerk = on_duty(case.world.clerk, "centre_clerk", HEDE)
    second = classes.sessions_of(case.run.id)[1]
    classes.cancel_session(actor=clerk, session_id=second.id, reason="停电", now=case.now)
    after_two = case.now + timedelta(days=8)  # one given, one fallen out
    cancel(case.world, case.run, after_two)
    deliver_due(after_two)
    assert case.fresh().refunded_fen == TO_PAY * 7 // 8


def test_a_kept_seat_is_given_up_and_its_bill_closed(deliver_due):
    case = owed()
    cancel(case.world, case.run, case.now)
    deliver_due(case.now)
    assert (case.place_state(), case.pool(), case.fresh().state) == ("released", (0, 0), "cancelled")


def test_money_that_comes_after_the_cancellation_goes_back_whole(deliver_due):
    case = owed()
    payment = begin(case)
    cancel(case.world, case.run, case.now)
    deliver_due(case.now)
    send(signed(payment, case.now), case.now)
    deliver_due(case.now)
    assert (case.place_state(), case.pool(), books()) == ("released", (0, 0), {})
    assert case.fresh().refunded_fen == TO_PAY


def test_money_that_came_just_before_is_found_and_goes_back_whole(deliver_due):
    case = owed()
    send(signed(begin(case), case.now), case.now)  # paid, nobody has confirmed the place yet
    cancel(case.world, case.run, case.now + timedelta(days=8))
    assert enrolment.end_cancelled_run(run_id=case.run.id, now=case.now + timedelta(days=8)) == 1
    deliver_due(case.now + timedelta(days=8))
    assert (case.place_state(), case.pool(), books()) == ("removed", (0, 0), {})
    assert Refund.objects.count() == 1


def test_nobody_gets_a_seat_in_a_class_that_is_no_more(case, deliver_due):
    cancel(case.world, case.run, case.now)
    deliver_due(case.now)
    assert SeatPool.objects.get(pk=case.run.pk).capacity == 0
    assert seats.hold_one(case.run.pk) is None and seats.take_one(case.run.pk) is None


def test_run_again_it_changes_nothing(case, deliver_due):
    cancel(case.world, case.run, case.now)
    deliver_due(case.now)
    before = Refund.objects.count(), notices().count(), OutboxEvent.objects.count()
    assert enrolment.end_cancelled_run(run_id=case.run.id, now=case.now) == 0
    assert enrolment.end_cancelled_runs(now=case.now) == 0
    assert (Refund.objects.count(), notices().count(), OutboxEvent.objects.count()) == before


def test_a_live_class_is_left_alone(case):
    assert enrolment.end_cancelled_run(run_id=case.run.id, now=case.now) == 0
    assert case.place_state() == "confirmed"


def test_killed_half_way_the_sweep_ends_the_rest_and_tells_nobody_twice(monkeypatch, deliver_due):
    world = small_county()
    run, _, _ = add_run(world, capacity=7)
    for number in range(7):
        add_place(run, add_person(f"学员{number}"))
    monkeypatch.setattr(subject, "BATCH", 3)
    cancel(world, run, world.now)
    batches = []

    def dies_in_the_second(run_id, now):
        done = subject_batch(run_id, now)
        batches.append(done)
        if len(batches) == 2:
            raise KeyboardInterrupt
        return done

    subject_batch = subject._end_batch
    monkeypatch.setattr(subject, "_end_batch", dies_in_the_second)
    assert enrolment.end_cancelled_run(run_id=run.pk, now=world.now) == 3
    with pytest.raises(KeyboardInterrupt):
        enrolment.end_cancelled_run(run_id=run.pk, now=world.now)
    places = Place.objects.within(ALL).filter(run=run)
    assert (places.filter(state="confirmed").count(), notices().count()) == (4, 3)
    monkeypatch.setattr(subject, "_end_batch", subject_batch)
    while enrolment.end_cancelled_runs(now=world.now):
        pass
    deliver_due(world.now)
    assert set(places.values_list("state", flat=True)) == {"removed"}
    assert (notices().count(), SeatPool.objects.get(pk=run.pk).capacity) == (7, 0)


def test_the_preview_counts_people_and_money_and_is_for_the_staff(case):
    clerk = on_duty(case.world.clerk, "centre_clerk", HEDE)
    seen = enrolment.preview_cancellation(actor=clerk, run_id=case.run.id, now=case.now)
    assert (seen.confirmed, seen.held, seen.refund_fen, seen.refunds) == (1, 0, TO_PAY, 1)
    with pytest.raises(NotAllowed):
        enrolment.preview_cancellation(actor=case.actor, run_id=case.run.id, now=case.now)
