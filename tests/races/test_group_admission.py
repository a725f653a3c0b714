"""Groups of holds that meet each other, and single holds, on real connections.

Two walls: the pools are locked in a statement of their own before the ranking reads them, and the CHECK of the pool.
The first test takes them away one by one; only without both are seats oversold.
"""

import threading
from contextlib import contextmanager, suppress

import pytest
from django.db import connection

from tests.clean_slate import delete_what_was_committed
from tests.races.test_seats import constraint_off, contend
from tests.worlds.small_county import acting, add_person, add_run, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.actions import hold_seats as module
from xueqiao.domains.enrolment.api import HoldRequest
from xueqiao.domains.enrolment.models import Place, SeatPool
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.scope import Scope

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
ALL = Scope.everything("test")
GROUPS, EACH, SEATS = 3, 6, 8


def wishes(run, people, key="rush"):
    return [HoldRequest(person.pk, person.pk, run.pk, key) for person in people]


def rush():
    """GROUPS groups of EACH people at once for SEATS seats; return (run, places held, outcomes)."""
    world = small_county()
    run, _, _ = add_run(world, capacity=SEATS)
    groups = [[add_person(f"居民{g}-{n}") for n in range(EACH)] for g in range(GROUPS)]
    outcomes = contend(
        [lambda g=group: enrolment.hold_seats(requests=wishes(run, g), now=world.now) for group in groups]
    )
    return run, Place.objects.within(ALL).filter(run=run, state="held").count(), outcomes


@contextmanager
def lock_off(monkeypatch):
    """The mutant: the pools are read, not locked, and everybody ranks on what everybody read."""
    read = threading.Barrier(GROUPS)
    real = module.seats.admit_group

    def look(run_ids, *_lists):
        return {pool.run_id: pool.capacity - pool.held - pool.taken for pool in SeatPool.objects.filter(pk__in=run_ids)}

    def together(columns):
        if not read.broken:
            with suppress(threading.BrokenBarrierError):
                read.wait(timeout=5)
        return real(columns)

    with monkeypatch.context() as patch:
        patch.setattr(module.seats, "lock_pools", look)
        patch.setattr(module.seats, "admit_group", together)
        yield


def test_only_without_both_walls_are_seats_oversold(monkeypatch, mutants):
    with lock_off(monkeypatch):
        _, held, _ = rush()
    mutants.tell("group admission", "no lock: the constraint alone holds", caught=held <= SEATS)
    delete_what_was_committed()
    with constraint_off():
        _, held, _ = rush()
        delete_what_was_committed()
    mutants.tell("group admission", "no constraint: the lock alone holds", caught=held == SEATS)
    with lock_off(monkeypatch), constraint_off():
        _, held, _ = rush()
        delete_what_was_committed()
    # Without both walls this race must oversell, or it proves nothing.
    mutants.tell("group admission", "neither lock nor constraint: oversold", caught=held > SEATS)


def test_a_held_answer_always_means_a_stored_place_with_its_fact_and_deed():
    run, held, outcomes = rush()
    answers = [answer for outcome in outcomes for answer in outcome]
    kept = [answer.place for answer in answers if answer.place]
    assert len(kept) == held == SEATS
    assert {p.uuid for p in kept} == set(Place.objects.within(ALL).filter(run=run).values_list("uuid", flat=True))
    assert {a.refusal.code for a in answers if a.refusal} == {"class_full"}
    ids = {place.id for place in kept}
    assert {e.payload["place_id"] for e in OutboxEvent.objects.filter(name="enrolment.SeatHeld")} == ids
    assert set(AuditEntry.objects.filter(verb="hold_seat").values_list("object_id", flat=True)) == ids
    pool = SeatPool.objects.get(pk=run.pk)
    assert (pool.held, pool.taken) == (SEATS, 0)


def test_groups_and_single_holds_share_the_seats():
    world = small_county()
    run, _, _ = add_run(world, capacity=SEATS)
    groups = [[add_person(f"居民{g}-{n}") for n in range(4)] for g in range(2)]
    singles = [add_person(f"单独{n}") for n in range(4)]
    jobs = [lambda g=group: enrolment.hold_seats(requests=wishes(run, g), now=world.now) for group in groups]
    jobs += [
        lambda p=person: enrolment.hold_seat(
            actor=acting(p), run_id=run.pk, person_id=p.pk, request_key="one", channel="web", now=world.now
        )
        for person in singles
    ]
    contend(jobs)
    assert Place.objects.within(ALL).filter(run=run, state="held").count() == SEATS


def test_groups_over_many_classes_do_not_lock_each_other_out():
    """Each group meets the classes in another order: without sorting they would wait for each other in a circle."""
    world = small_county()
    runs = [add_run(world, capacity=30, hour=7 + n)[0] for n in range(4)]
    groups = []
    for turn in range(4):
        order = runs[turn:] + runs[:turn]
        groups.append([(add_person(f"居民{turn}-{n}"), order[n % 4]) for n in range(8)])
    outcomes = contend(
        [
            lambda g=group: enrolment.hold_seats(
                requests=[HoldRequest(p.pk, p.pk, run.pk, "k") for p, run in g], now=world.now
            )
            for group in groups
        ]
    )
    assert all(answer.place for outcome in outcomes for answer in outcome)


def test_a_person_busy_elsewhere_is_not_waited_for():
    world = small_county()
    busy, free = add_person("正忙"), add_person("有空")
    locked, done = threading.Event(), threading.Event()

    def elsewhere():
        from django.db import transaction

        with transaction.atomic():
            lock(LockSpace.PERSON_TIMETABLE, [busy.pk])
            locked.set()
            done.wait(timeout=20)

    def group():
        locked.wait(timeout=20)
        try:
            return enrolment.hold_seats(requests=wishes(world.run, [busy, free]), now=world.now)
        finally:
            done.set()

    _, answers = contend([elsewhere, group])
    assert answers[0].refusal.code == "seats_busy"
    assert answers[1].place is not None


def test_without_the_persons_lock_one_person_gets_two_classes_at_one_time(monkeypatch):
    """The mutant: both groups have read the timetable before either writes."""
    read, real = threading.Barrier(2), module.own_of_many

    def read_together(requests):
        places = real(requests)
        read.wait(timeout=20)
        return places

    world = small_county()
    other, _, _ = add_run(world)
    asked = [wishes(run, [world.rider], key=f"run {run.pk}") for run in (world.run, other)]
    with monkeypatch.context() as patch:
        patch.setattr(module, "try_lock", lambda _space, keys: set(keys))
        patch.setattr(module, "own_of_many", read_together)
        both = contend([lambda a=a: enrolment.hold_seats(requests=a, now=world.now) for a in asked])
    assert [answer.place is not None for outcome in both for answer in outcome] == [True, True]
    delete_what_was_committed()
    world = small_county()
    other, _, _ = add_run(world)
    asked = [wishes(run, [world.rider], key=f"run {run.pk}") for run in (world.run, other)]
    outcomes = contend([lambda a=a: enrolment.hold_seats(requests=a, now=world.now) for a in asked])
    assert sum(answer.place is not None for outcome in outcomes for answer in outcome) == 1


def test_the_pools_are_locked_before_the_ranking():
    """Said in SQL, because the order of the two statements is the point."""
    from django.test.utils import CaptureQueriesContext

    world = small_county()
    with CaptureQueriesContext(
        connection,
    ) as caught:
        enrolment.hold_seats(requests=wishes(world.run, [world.rider]), now=world.now)
    said = [query["sql"] for query in caught]
    locks = next(n for n, sql in enumerate(said) if "enrolment_seatpool" in sql and "FOR UPDATE" in sql)
    ranks = next(n for n, sql in enumerate(said) if "row_number()" in sql)
    persons = next(n for n, sql in enumerate(said) if "pg_try_advisory_xact_lock" in sql)
    assert persons < locks < ranks
