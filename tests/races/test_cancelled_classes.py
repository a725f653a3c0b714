"""A class is cancelled while people enrol, and while the process that ends its places dies.

The wall is the closed pool: it shrinks with every place that ends. The first test takes it away and a learner gets a
seat in a class that is no more; the sweep is the second wall. What must be in step is shown out of step by its mutant.
"""

import threading
from contextlib import contextmanager

import pytest
from django.db import transaction

from tests.races.test_seats import contend
from tests.worlds.small_county import HEDE, acting, add_person, add_place, add_run, on_duty, small_county
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment import subscriptions
from xueqiao.domains.enrolment.actions import end_cancelled_run as ending
from xueqiao.domains.enrolment.actions.hold_seat import hold_seat
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.seats import ClassFull
from xueqiao.domains.enrolment.models import Place, SeatPool
from xueqiao.domains.people.models import Notice
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.scope import Scope

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
ALL = Scope.everything("test")
LEARNERS = 5


def cancel(world, run):
    clerk = on_duty(world.clerk, "centre_clerk", HEDE)
    classes.cancel_class_run(actor=clerk, code=run.code, reason="老师生病", now=world.now)


def free_only(run_id, *, held=0, taken=0):
    """The mutant: seats come back as after a withdrawal, and the pool stays open."""
    SeatPool.objects.filter(pk=run_id).update(held=0, taken=0)
    return 0


def cancel_under_a_late_hold(monkeypatch):
    """The learner's transaction read the class as published; the cancellation runs to its end before she takes."""
    world = small_county()
    run, _, _ = add_run(world, capacity=LEARNERS)
    add_place(run, world.elder)
    has_read, has_ended = threading.Event(), threading.Event()
    take = seats.hold_one

    def late(*asked):
        has_read.set()
        assert has_ended.wait(timeout=20)
        return take(*asked)

    monkeypatch.setattr(seats, "hold_one", late)

    def enrol():
        return hold_seat(
            actor=acting(world.rider),
            run_id=run.pk,
            person_id=world.rider.pk,
            request_key="late",
            channel="web",
            now=world.now,
        )

    def end():
        assert has_read.wait(timeout=20)
        cancel(world, run)
        has_ended.set()

    outcomes = contend([enrol, end])
    live = Place.objects.within(ALL).filter(run=run, state__in=["held", "confirmed"]).count()
    return world, run, outcomes, live


def test_with_an_open_pool_somebody_gets_a_seat_in_a_class_that_is_no_more(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(seats, "close_pool", free_only)
        world, _, outcomes, live = cancel_under_a_late_hold(patch)
    assert live == 1
    assert not isinstance(outcomes[0], Exception)
    assert enrolment.end_cancelled_runs(now=world.now) == 1


def test_the_closed_pool_refuses_her(monkeypatch):
    _, run, outcomes, live = cancel_under_a_late_hold(monkeypatch)
    assert live == 0
    assert isinstance(outcomes[0], ClassFull)
    assert SeatPool.objects.values_list("capacity", "held", "taken").get(pk=run.pk) == (0, 0, 0)


@contextmanager
def dying_after(places):
    """The process dies when it has ended so many places, in batches of two."""
    end, ended = ending._end, []

    def dies(*arguments):
        if len(ended) == places:
            raise KeyboardInterrupt
        ended.append(end(*arguments))
        return ended[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ending, "_end", dies)
        patch.setattr(ending, "BATCH", 2)
        yield


def cancelled_class():
    """A class whose cancellation is committed and whose places nobody has ended yet."""
    world = small_county()
    run, _, _ = add_run(world, capacity=LEARNERS)
    for number in range(LEARNERS):
        add_place(run, add_person(f"学员{number}"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subscriptions, "end_cancelled_run", lambda **_: None)
        cancel(world, run)
    return world, run


def ended_seats_notices_facts(run):
    """Four counts that are equal whenever nobody is in the middle of a batch."""
    return (
        Place.objects.within(ALL).filter(run=run, state="removed").count(),
        LEARNERS - SeatPool.objects.get(pk=run.pk).taken,
        Notice.objects.within(ALL).filter(key=f"class_cancelled:{run.pk}").count(),
        OutboxEvent.objects.filter(name="enrolment.PlaceRemoved").count(),
    )


@pytest.mark.parametrize("places", range(LEARNERS))
def test_whenever_it_dies_all_is_in_step_and_the_sweep_ends_the_rest(places):
    world, run = cancelled_class()
    with dying_after(places), pytest.raises(KeyboardInterrupt):
        enrolment.end_cancelled_run(run_id=run.pk, now=world.now)
    assert ended_seats_notices_facts(run) == (places // 2 * 2,) * 4
    assert enrolment.end_cancelled_runs(now=world.now) == LEARNERS - places // 2 * 2
    assert ended_seats_notices_facts(run) == (LEARNERS,) * 4


def test_a_batch_that_keeps_its_half_is_out_of_step(monkeypatch):
    def keeps_its_half(deed):
        with transaction.atomic():
            try:
                return deed()
            except KeyboardInterrupt as death:
                died = death
        raise died

    world, run = cancelled_class()
    monkeypatch.setattr(seats, "with_patience", keeps_its_half)
    with dying_after(1), pytest.raises(KeyboardInterrupt):
        enrolment.end_cancelled_run(run_id=run.pk, now=world.now)
    assert ended_seats_notices_facts(run) == (1, 0, 0, 1)


def test_two_processes_end_a_class_once():
    world, run = cancelled_class()
    outcomes = contend([lambda: enrolment.end_cancelled_run(run_id=run.pk, now=world.now)] * 2)
    assert sorted(outcomes) == [0, LEARNERS]
    assert ended_seats_notices_facts(run) == (LEARNERS,) * 4
