from datetime import timedelta

import pytest

from tests.domains.enrolment.merging import PRICE, merging
from tests.domains.enrolment.seats_and_places import trace
from tests.domains.payments.paying import books
from tests.worlds.small_county import acting, add_place, add_run
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors import mergers as errors
from xueqiao.domains.enrolment.errors.seats import TimeClash
from xueqiao.foundation.outbox.models import OutboxEvent

pytestmark = pytest.mark.django_db


def test_yes_keeps_number_and_bill_and_moves_the_place(deliver_due):
    case = merging(deliver_due)
    case.ask()
    before = case.place_of(case.world.rider)
    view = case.answer(case.world.rider, agrees=True)
    after = case.place_of(case.world.rider)
    assert (after.pk, after.code, after.state, after.run_id) == (before.pk, before.code, "confirmed", case.target.pk)
    assert (view.state, view.back_fen, case.paid.fresh().refunded_fen) == ("agreed", 0, 0)
    assert case.pools() == [(1, 0, 1), (10, 1, 1)]
    moved = OutboxEvent.objects.get(name="enrolment.PlaceMoved").payload
    assert (moved["from_run_id"], moved["to_run_id"]) == (case.run.pk, case.target.pk)
    assert not OutboxEvent.objects.filter(name="enrolment.SeatFreed").exists()


@pytest.mark.parametrize(("price", "back"), [(PRICE, 0), (PRICE - 5000, 5000), (PRICE + 7000, 0), (0, PRICE)])
def test_nobody_pays_more_and_a_cheaper_class_gives_the_difference_back(deliver_due, price, back):
    case = merging(deliver_due, target_price_fen=price)
    case.ask()
    case.answer(case.world.rider, agrees=True)
    assert case.paid.fresh().refunded_fen == back
    assert case.paid.fresh().to_pay_fen == PRICE


def test_no_gives_everything_back_and_the_kept_seat_free(deliver_due):
    case = merging(deliver_due)
    case.ask()
    case.answer(case.world.rider, agrees=False)
    deliver_due(case.world.now)
    assert (case.place_of(case.world.rider).state, case.paid.fresh().refunded_fen, books()) == ("removed", PRICE, {})
    assert case.pools() == [(1, 0, 1), (10, 1, 0)]
    assert OutboxEvent.objects.get(name="enrolment.SeatFreed").payload["run_id"] == case.target.pk


def test_the_same_answer_twice_is_one_and_another_is_refused(deliver_due):
    case = merging(deliver_due)
    case.ask()
    case.answer(case.world.rider, agrees=True)
    before = trace()
    assert case.answer(case.world.rider, agrees=True).state == "agreed"
    with pytest.raises(errors.MergeAnswered):
        case.answer(case.world.rider, agrees=False)
    assert trace() == before


def test_after_the_stated_time_no_answer_counts(deliver_due):
    case = merging(deliver_due)
    case.ask()
    before = trace()
    with pytest.raises(errors.MergeAnswered):
        case.answer(case.world.rider, agrees=True, now=case.until)
    assert trace() == before


def test_a_class_in_the_way_is_named_and_nothing_moves(deliver_due):
    case = merging(deliver_due)
    case.ask()
    other, _, _ = add_run(case.world, first_day=case.target.starts_on, title="书法")
    add_place(other, case.world.rider)
    before = trace()
    with pytest.raises(TimeClash) as refusal:
        case.answer(case.world.rider, agrees=True)
    assert "书法" in refusal.value.message
    assert trace() == before


def test_relatives_answer_strangers_see_nothing(deliver_due):
    case = merging(deliver_due)
    case.ask()
    ask = case.asked(case.world.elder)
    with pytest.raises(errors.MergeAskNotFound):
        enrolment.answer_merge(actor=acting(case.world.rider), ask_uuid=ask.uuid, agrees=True, now=case.world.now)
    daughter = acting(case.world.daughter, acts_for=(case.world.elder,))
    enrolment.answer_merge(actor=daughter, ask_uuid=ask.uuid, agrees=True, now=case.world.now + timedelta(hours=1))
    assert case.place_of(case.world.elder).run_id == case.target.pk
