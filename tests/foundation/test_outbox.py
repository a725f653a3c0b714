"""Facts reach their subscribers once, whatever dies in between."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from xueqiao.foundation import clock
from xueqiao.foundation.locks import NoTransaction
from xueqiao.foundation.outbox import delivery as delivery_module
from xueqiao.foundation.outbox import events as registry
from xueqiao.foundation.outbox.api import (
    Event,
    dead_deliveries,
    delivery_state,
    enqueue,
    known_jobs,
    record_event,
    retry_dead,
    subscribe,
)
from xueqiao.foundation.outbox.api import deliver_due as sweep
from xueqiao.foundation.outbox.models import Delivery, OutboxEvent
from xueqiao.foundation.parameters.models import Parameter

NOW = datetime(2026, 3, 5, 11, 0, tzinfo=UTC)


class Mood(StrEnum):
    GLAD = "glad"


@dataclass(frozen=True)
class BellRung(Event):
    bell: int
    mood: Mood = Mood.GLAD
    rung_on: date | None = None
    rung_at: datetime | None = None
    tower: UUID | None = None
    echoes: tuple[int, ...] = ()


@dataclass(frozen=True)
class BellEchoed(Event):
    bell: int


class Broken(Exception):
    pass


@pytest.fixture
def heard() -> Iterator[list[Event]]:
    """What the subscriber of the test has heard; subscriptions of the test end with it."""
    before = {name: dict(handlers) for name, handlers in registry._subscribers.items()}
    yield []
    registry._subscribers.clear()
    registry._subscribers.update(before)


def ring(bell: int = 1, *, now: datetime = NOW) -> None:
    with transaction.atomic():
        record_event(BellRung(bell), region=320924000000, now=now)


def test_an_event_comes_back_equal() -> None:
    event = BellRung(7, Mood.GLAD, date(2026, 3, 5), NOW, uuid4(), (3, 2, 1))
    assert registry.decode(event.event_name, registry.encode(event)) == event


def test_an_event_refuses_what_could_not_come_back_equal() -> None:
    @dataclass(frozen=True)
    class BellCast(Event):
        alloy: object

    with pytest.raises(TypeError):
        registry.encode(BellCast(object()))


def test_recording_outside_a_transaction_is_refused() -> None:
    with pytest.raises(NoTransaction):
        record_event(BellRung(1), region=None, now=NOW)


@pytest.mark.django_db
def test_a_fact_without_subscribers_is_still_kept() -> None:
    ring(9)
    row = OutboxEvent.objects.get()
    assert (row.name, row.payload["bell"], row.region, row.happened_at) == (
        "test_outbox.BellRung",
        9,
        320924000000,
        NOW,
    )
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_rolled_back_tests_deliver_by_hand(heard: list[Event], deliver_due: object) -> None:
    @subscribe(BellRung)
    def note(event: BellRung, *, now: datetime) -> None:
        heard.append(event)
        record_event(BellEchoed(event.bell), region=None, now=now)

    @subscribe(BellEchoed)
    def note_echo(event: BellEchoed, *, now: datetime) -> None:
        heard.append(event)

    ring(4)
    assert heard == []
    assert deliver_due(NOW) == 2  # type: ignore[operator]
    assert heard == [BellRung(4), BellEchoed(4)]


@pytest.mark.django_db(transaction=True)
def test_delivery_happens_right_after_the_commit_and_not_inside_the_transaction(heard: list[Event]) -> None:
    @subscribe(BellRung)
    def note(event: BellRung, *, now: datetime) -> None:
        heard.append(event)
        assert now == NOW

    with transaction.atomic():
        record_event(BellRung(2), region=None, now=NOW)
        assert heard == []
    assert heard == [BellRung(2)]
    assert Delivery.objects.get().state == "done"


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_deed_tells_nobody(heard: list[Event]) -> None:
    @subscribe(BellRung)
    def note(event: BellRung, *, now: datetime) -> None:
        heard.append(event)

    with pytest.raises(Broken), transaction.atomic():
        record_event(BellRung(2), region=None, now=NOW)
        raise Broken
    assert heard == []
    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_failing_subscriber_breaks_neither_the_request_nor_the_others(heard: list[Event]) -> None:
    @subscribe(BellRung)
    def poison(event: BellRung, *, now: datetime) -> None:
        _mark_seen(event.bell, now)
        raise Broken

    @subscribe(BellRung)
    def note(event: BellRung, *, now: datetime) -> None:
        heard.append(event)

    ring(3)

    assert heard == [BellRung(3)]
    failed = Delivery.objects.get(state="waiting")
    assert (failed.subscriber, failed.attempts) == ("test_outbox.poison", 1)
    assert failed.last_error.endswith("Broken")
    assert failed.due_at == NOW + timedelta(seconds=5)
    assert not Parameter.objects.exists(), "what the failing subscriber wrote must be gone"


@pytest.mark.django_db(transaction=True)
def test_a_subscriber_whose_foreign_key_dangles_is_counted_as_failed(heard: list[Event]) -> None:
    """Such a row is refused only at commit; without an early check the failure would never be written down."""

    @subscribe(BellRung)
    def dangle(event: BellRung, *, now: datetime) -> None:
        Delivery.objects.create(event_id=987_654_321, subscriber="nobody", due_at=now)

    ring()
    assert [(d.attempts, d.last_error) for d in Delivery.objects.all()] == [(1, "django.db.utils.IntegrityError")]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_when_the_process_dies_between_commit_and_delivery(
    heard: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    @subscribe(BellRung)
    def note(event: BellRung, *, now: datetime) -> None:
        heard.append(event)

    with monkeypatch.context() as dying:
        dying.setattr(delivery_module, "deliver", lambda *_, **__: None)  # on_commit never gets its turn
        ring(5)
    assert heard == []
    assert Delivery.objects.get().state == "waiting"

    sweep(NOW + timedelta(seconds=6), due_before=NOW + timedelta(seconds=1))
    assert heard == [BellRung(5)]
    sweep(NOW + timedelta(hours=1))
    assert heard == [BellRung(5)], "done is done"


@pytest.mark.django_db(transaction=True)
def test_a_process_dying_inside_the_handler_leaves_the_delivery_waiting(heard: list[Event]) -> None:
    class PowerCut(BaseException):
        pass

    cuts = [PowerCut()]

    @subscribe(BellRung)
    def note(event: BellRung, *, now: datetime) -> None:
        _mark_seen(event.bell, now)
        if cuts:
            raise cuts.pop()
        heard.append(event)

    with pytest.raises(PowerCut):
        ring(6)
    assert Delivery.objects.get().state == "waiting"
    assert not Parameter.objects.exists()

    sweep(NOW)
    assert heard == [BellRung(6)]
    assert Parameter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_poison_event_does_not_delay_others(heard: list[Event]) -> None:
    @subscribe(BellRung)
    def note(event: BellRung, *, now: datetime) -> None:
        if event.bell == 13:
            raise Broken
        heard.append(event)

    ring(13)
    ring(14)
    assert heard == [BellRung(14)]
    retry = sweep(NOW + timedelta(seconds=5))
    assert (retry.done, retry.failed) == (0, 1)
    again = sweep(NOW + timedelta(seconds=6))
    assert (again.done, again.failed) == (0, 0), "its next try waits for its own time"


@pytest.mark.django_db(transaction=True)
def test_after_ten_tries_it_is_dead_and_operators_can_revive_it(heard: list[Event]) -> None:
    ill = [True]

    @subscribe(BellRung)
    def note(event: BellRung, *, now: datetime) -> None:
        if ill:
            raise Broken
        heard.append(event)

    ring(8)
    moment = NOW
    for _ in range(9):
        assert Delivery.objects.get().state == "waiting"
        moment += timedelta(hours=1)
        sweep(moment)
    assert Delivery.objects.get().state == "dead"
    assert [d.subscriber for d in dead_deliveries()] == ["test_outbox.note"]
    assert delivery_state(moment).dead == 1
    sweep(moment + timedelta(days=1))
    assert Delivery.objects.get().attempts == 10, "the dead are left in peace"

    ill.clear()
    assert retry_dead(now=moment) == 1
    sweep(moment)
    assert heard == [BellRung(8)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.races
def test_two_sweeps_at_once_run_the_handler_once(heard: list[Event], monkeypatch: pytest.MonkeyPatch) -> None:
    entered, go_on = threading.Event(), threading.Event()

    @subscribe(BellRung)
    def slow(event: BellRung, *, now: datetime) -> None:
        heard.append(event)
        entered.set()
        assert go_on.wait(10)

    with monkeypatch.context() as dying:
        dying.setattr(delivery_module, "deliver", lambda *_, **__: None)
        ring(1)

    def first() -> None:
        try:
            sweep(NOW)
        finally:
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert entered.wait(10)
    loser = sweep(NOW)  # would run the handler again, or wait for the first, without SKIP LOCKED
    go_on.set()
    thread.join()
    assert (loser.done, loser.failed) == (0, 0)
    assert heard == [BellRung(1)]


@pytest.mark.django_db(transaction=True)
def test_a_handler_run_twice_has_one_effect_when_it_is_written_as_the_house_asks(heard: list[Event]) -> None:
    @subscribe(BellRung)
    def note(event: BellRung, *, now: datetime) -> None:
        try:
            with transaction.atomic():
                _mark_seen(event.bell, now)
        except IntegrityError:
            return

    ring(1)
    Delivery.objects.update(state="waiting")  # as if the mark had been lost
    sweep(NOW)
    assert Delivery.objects.get().state == "done"
    assert Parameter.objects.count() == 1


@pytest.mark.django_db
def test_a_handler_is_never_run_inside_the_callers_transaction(heard: list[Event]) -> None:
    @subscribe(BellRung)
    def note(event: BellRung, *, now: datetime) -> None:
        heard.append(event)

    ring()
    with pytest.raises(RuntimeError), transaction.atomic():
        sweep(NOW)
    assert heard == []


@pytest.mark.django_db
def test_enqueue_queues_with_the_transaction_and_in_real_time() -> None:
    clock.shift_by(timedelta(hours=3))
    try:
        enqueue("enrolment.offer_round", {"round_id": 1}, run_at=NOW + timedelta(hours=3))
    finally:
        clock.shift_by(timedelta(0))
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, scheduled_at FROM procrastinate_jobs")
        assert cursor.fetchall() == [("enrolment.offer_round", NOW)]


@pytest.mark.django_db
def test_enqueue_refuses_a_later_turn_of_a_scheduled_job() -> None:
    with pytest.raises(ValueError, match="runs by itself"):
        enqueue("outbox.sweep", run_at=NOW)


def test_enqueue_refuses_an_unknown_job() -> None:
    with pytest.raises(LookupError):
        enqueue("nobody.knows")


@pytest.mark.django_db
def test_a_once_key_queues_once() -> None:
    enqueue("outbox.sweep", once_key="k")
    enqueue("outbox.sweep", once_key="k")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (1,)


def test_the_sweep_is_scheduled() -> None:
    assert known_jobs()["outbox.sweep"].every is not None


def _mark_seen(bell: int, now: datetime) -> None:
    Parameter.objects.create(
        name="test.bell",
        region=320000000000,
        value=bell,
        valid_from=now.date(),
        source="the test",
        approved_by="the test",
        recorded_at=now,
    )
