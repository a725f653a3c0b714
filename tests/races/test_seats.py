"""Many people press at once for few seats, on real connections.

The two walls: the guard in `hold_one.sql` (the row lock re-reads the newest row), and the CHECK of the pool. The first
test takes them away one by one: either alone still holds, and only without both are seats oversold.
"""

import random
import sys
import threading
from collections import Counter
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, OperationalError, connection, connections

from tests.clean_slate import delete_what_was_committed
from tests.worlds.small_county import acting, add_person, add_run, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.actions.hold_seat import hold_seat
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.seats import ClassFull, SeatsBusy
from xueqiao.domains.enrolment.models import Place, SeatPool
from xueqiao.foundation.scope import Scope

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
ALL = Scope.everything("test")
CONTENDERS, SEATS = 12, 3

UNGUARDED = "UPDATE enrolment_seatpool SET held = held + 1 WHERE run_id = %(run_id)s RETURNING capacity - held - taken"


def contend(jobs, seconds_max=60):
    """Run the jobs at once, each on a connection of its own; return what each returned or raised."""
    outcomes, start = [None] * len(jobs), threading.Barrier(len(jobs))

    def run(number, job):
        try:
            start.wait(timeout=20)
            outcomes[number] = job()
        except Exception as failure:
            outcomes[number] = failure
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=seconds_max)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


@contextmanager
def lock_off(monkeypatch):
    """The mutant everybody writes first: look, then take, in two statements and without a guard."""

    def look_then_take(run_id, *_list):
        pool = SeatPool.objects.get(pk=run_id)
        seen.wait(timeout=20)  # everybody has looked before anybody takes
        if pool.held + pool.taken >= pool.capacity:
            return None
        with connection.cursor() as cursor:
            cursor.execute(UNGUARDED, {"run_id": run_id})
            return cursor.fetchone()[0]

    seen = threading.Barrier(CONTENDERS)
    with monkeypatch.context() as patch:
        patch.setattr(seats, "hold_one", look_then_take)
        yield


@contextmanager
def constraint_off():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE enrolment_seatpool DROP CONSTRAINT seat_pool_not_oversold")
    try:
        yield
    finally:
        SeatPool.objects.update(held=0, taken=0)
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE enrolment_seatpool ADD CONSTRAINT seat_pool_not_oversold CHECK (capacity >= held + taken)"
            )


def rush():
    """CONTENDERS for SEATS; return (places held, outcomes)."""
    world = small_county()
    run, _, _ = add_run(world, capacity=SEATS)
    people = [add_person(f"居民{n}") for n in range(CONTENDERS)]
    outcomes = contend(
        [
            lambda person=person: hold_seat(
                actor=acting(person),
                run_id=run.pk,
                person_id=person.pk,
                request_key="rush",
                channel="web",
                now=world.now,
            )
            for person in people
        ]
    )
    held = Place.objects.within(ALL).filter(run=run, state="held").count()
    return run, held, outcomes


def test_only_without_both_walls_are_seats_oversold(monkeypatch, mutants, transactional_db):
    with lock_off(monkeypatch):
        _run, held, outcomes = rush()
        assert any(isinstance(each, ClassFull) for each in outcomes)
    mutants.tell("seat races", "no guard: the constraint alone holds", caught=held <= SEATS)
    delete_what_was_committed()
    with constraint_off():
        _run, held, _outcomes = rush()
        delete_what_was_committed()
    mutants.tell("seat races", "no constraint: the guard alone holds", caught=held == SEATS)
    with lock_off(monkeypatch), constraint_off():
        _run, held, _outcomes = rush()
        delete_what_was_committed()
    # Without both walls this race must oversell, or it proves nothing.
    mutants.tell("seat races", "neither guard nor constraint: oversold", caught=held > SEATS)


def test_exactly_as_many_places_as_seats():
    run, held, outcomes = rush()
    assert held == SEATS
    kinds = Counter(type(each).__name__ for each in outcomes)
    assert kinds == {"PlaceView": SEATS, "ClassFull": CONTENDERS - SEATS}
    pool = SeatPool.objects.get(pk=run.pk)
    assert (pool.held, pool.taken) == (SEATS, 0)


def test_nobody_is_told_full_while_a_seat_comes_back(monkeypatch):
    """The seat is given back after the first look and before the pool is locked for the second: it must be found."""
    module = sys.modules["xueqiao.domains.enrolment.actions.hold_seat"]
    world = small_county()
    run, _, _ = add_run(world, capacity=1)
    first, second = acting(world.rider), acting(world.elder)
    place = hold_seat(
        actor=first, run_id=run.pk, person_id=world.rider.pk, request_key="a", channel="web", now=world.now
    )
    real = module.expire_run_holds

    def after_the_release(**kwargs):
        contend([lambda: enrolment.release_hold(actor=first, place_uuid=place.uuid, now=world.now)])
        return real(**kwargs)

    monkeypatch.setattr(module, "expire_run_holds", after_the_release)
    got = hold_seat(
        actor=second, run_id=run.pk, person_id=world.elder.pk, request_key="b", channel="web", now=world.now
    )
    assert got.state == "held"


def test_one_form_pressed_many_times_is_one_place():
    world = small_county()
    actor = acting(world.rider)
    outcomes = contend(
        [
            lambda: hold_seat(
                actor=actor,
                run_id=world.run.pk,
                person_id=world.rider.pk,
                request_key="double",
                channel="web",
                now=world.now,
            )
            for _ in range(6)
        ]
    )
    assert len({place.uuid for place in outcomes}) == 1
    assert SeatPool.objects.get(pk=world.run.pk).held == 1


def test_two_classes_at_one_time_pressed_at_once_are_one_place():
    """The person's lock serialises the clash check: without it both would look before either writes."""
    world = small_county()
    other, _, _ = add_run(world)
    outcomes = contend(
        [
            lambda run=run: hold_seat(
                actor=acting(world.rider),
                run_id=run.pk,
                person_id=world.rider.pk,
                request_key=f"run {run.pk}",
                channel="web",
                now=world.now,
            )
            for run in (world.run, other)
        ]
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["PlaceView", "TimeClash"]
    assert Place.objects.within(ALL).filter(person=world.rider).count() == 1


def test_without_the_persons_lock_two_classes_at_one_time_are_both_taken(monkeypatch):
    """The mutant: everybody has read the timetable before anybody writes."""
    module = sys.modules["xueqiao.domains.enrolment.actions.hold_seat"]
    read, real = threading.Barrier(2), module.live_places_of

    def read_together(person_id, *, now):
        places = real(person_id, now=now)
        read.wait(timeout=20)
        return places

    monkeypatch.setattr(module, "lock", lambda *_args: None)
    monkeypatch.setattr(module, "live_places_of", read_together)
    world = small_county()
    other, _, _ = add_run(world)
    outcomes = contend(
        [
            lambda run=run: hold_seat(
                actor=acting(world.rider),
                run_id=run.pk,
                person_id=world.rider.pk,
                request_key=f"run {run.pk}",
                channel="web",
                now=world.now,
            )
            for run in (world.run, other)
        ]
    )
    assert [type(each).__name__ for each in outcomes] == ["PlaceView", "PlaceView"]


@pytest.mark.parametrize("seed", range(4))
def test_expiry_confirmation_and_release_meet_on_one_place(seed):
    """Whoever is first decides; the pool always agrees with the places."""
    world = small_county()
    actor = acting(world.rider)
    place = enrolment.hold_seat(
        actor=actor, run_id=world.run.pk, person_id=world.rider.pk, request_key="k", channel="web", now=world.now
    )
    jobs = [
        lambda: enrolment.confirm_seat(actor=actor, place_uuid=place.uuid, now=world.now),
        lambda: enrolment.release_hold(actor=actor, place_uuid=place.uuid, now=world.now),
        lambda: enrolment.expire_holds(now=place.hold_until),
    ]
    random.Random(seed).shuffle(jobs)
    outcomes = contend(jobs)
    assert not [each for each in outcomes if isinstance(each, (IntegrityError, OperationalError, SeatsBusy))]
    state = Place.objects.within(ALL).get(pk=place.id).state
    pool = SeatPool.objects.get(pk=world.run.pk)
    assert (pool.held, pool.taken) == (0, 1 if state == "confirmed" else 0)
