"""The seats page against the rush: a class is made smaller, or changed twice, while people take its seats.

The two walls against a class smaller than its learners: the guard in `change_capacity.sql`, which re-reads the newest
row, and the CHECK of the pool. Either alone holds; only without both are there more people than seats. What each change
began from is written down under the pool's lock; without it two changes tell of the same beginning.
"""

import sys
import threading
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection

from tests.races.test_seats import ALL, constraint_off, contend
from tests.worlds.small_county import HEDE, acting, add_person, add_place, add_run, on_duty, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.actions.hold_seat import hold_seat
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.seats import ClassFull, SeatsInUse
from xueqiao.domains.enrolment.models import Place, SeatPool
from xueqiao.foundation.audit.models import AuditEntry

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
SEATS = 3
CHANGING = "xueqiao.domains.enrolment.actions.change_seats"
UNGUARDED = "UPDATE enrolment_seatpool SET capacity = %s WHERE run_id = %s RETURNING capacity - held - taken"


class Ground:
    """A class of three seats, two of them taken; it is to have two while a third person presses."""

    def __init__(self) -> None:
        self.world = small_county()
        self.run, _, _ = add_run(self.world, capacity=SEATS)
        for number in range(SEATS - 1):
            add_place(self.run, add_person(f"学员{number}"))
        self.clerk = on_duty(self.world.clerk, "centre_clerk", HEDE)

    def change(self, capacity):
        return enrolment.change_seats(actor=self.clerk, run_id=self.run.pk, capacity=capacity, now=self.world.now)

    def press(self):
        rider = self.world.rider
        return hold_seat(
            actor=acting(rider),
            run_id=self.run.pk,
            person_id=rider.pk,
            request_key="press",
            channel="web",
            now=self.world.now,
        )

    def people(self):
        return Place.objects.within(ALL).filter(run=self.run, state__in=["held", "confirmed"]).count()

    def capacity(self):
        return SeatPool.objects.get(pk=self.run.pk).capacity


@contextmanager
def look_then_write():
    """The mutant: the page looks how many seats are in use, somebody takes one, and the page writes."""
    looked, taken = threading.Event(), threading.Event()
    real_hold = seats.hold_one

    def change_capacity(run_id, capacity):
        pool = SeatPool.objects.get(pk=run_id)
        if pool.held + pool.taken > capacity:
            return None
        looked.set()
        taken.wait(timeout=3)
        with connection.cursor() as cursor:
            cursor.execute(UNGUARDED, [capacity, run_id])
            return cursor.fetchone()[0]

    def hold_one(*asked):
        assert looked.wait(timeout=20)
        return real_hold(*asked)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seats, "lock_pool", lambda _run_id: None)
        patch.setattr(seats, "change_capacity", change_capacity)
        patch.setattr(seats, "hold_one", hold_one)
        yield taken


def smaller_while_somebody_presses(taken=None):
    ground = Ground()

    def press():
        try:
            return ground.press()
        finally:
            if taken is not None:
                taken.set()

    outcomes = contend([lambda: ground.change(SEATS - 1), press])
    return ground, outcomes


@pytest.mark.parametrize("attempt", range(4))
def test_either_the_class_shrinks_or_the_seat_is_taken(attempt):
    ground, (changed, pressed) = smaller_while_somebody_presses()
    if isinstance(pressed, ClassFull):
        assert (changed.capacity, ground.capacity(), ground.people()) == (2, 2, 2)
    else:
        assert isinstance(changed, SeatsInUse)
        assert (ground.capacity(), ground.people()) == (3, 3)
    ground.run.refresh_from_db(fields=["capacity"])
    assert ground.run.capacity == ground.capacity(), "the plan and the pool tell of two different classes"


def test_without_the_guard_the_constraint_alone_holds(mutants):
    with look_then_write() as taken:
        ground, (changed, _pressed) = smaller_while_somebody_presses(taken)
    is_walled = isinstance(changed, IntegrityError) and ground.people() == ground.capacity() == SEATS
    mutants.tell("seat changes", "no guard: the constraint alone holds", caught=is_walled)


def test_without_the_constraint_the_guard_alone_holds(mutants):
    with constraint_off():
        ground, _ = smaller_while_somebody_presses()
        is_held = ground.people() <= ground.capacity()
        clear(ground)
    mutants.tell("seat changes", "no constraint: the guard alone holds", caught=is_held)


def test_without_both_walls_there_are_more_people_than_seats(mutants):
    with constraint_off():
        with look_then_write() as taken:
            ground, _ = smaller_while_somebody_presses(taken)
        found = ground.people(), ground.capacity()
        clear(ground)
    mutants.tell("seat changes", "neither: more people than seats", caught=found == (SEATS, SEATS - 1))


def clear(ground):
    Place.objects.within(ALL).filter(run=ground.run).update(state="removed", hold_until=None)


def told_changes(ground):
    rows = AuditEntry.objects.filter(verb="change_seats", object_id=ground.run.pk).order_by("pk")
    return [(row.detail["before"], row.detail["after"]) for row in rows]


def two_changes(wait_between):
    """Two clerks change the same class at once. wait_between: called where the second has read and not yet written."""
    ground = Ground()
    module = sys.modules[CHANGING]
    real = module.get_facts

    def get_facts(run_id):
        facts = real(run_id)
        wait_between()
        return facts

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "get_facts", get_facts)
        outcomes = contend([lambda: ground.change(5), lambda: ground.change(7)])
    assert not any(isinstance(each, Exception) for each in outcomes), outcomes
    return told_changes(ground)


def test_two_changes_are_told_one_after_the_other():
    (first, second) = two_changes(lambda: None)
    assert first[0] == SEATS
    assert second[0] == first[1]


class PlanUntouched:
    """The door of classes, whose plan is looked at and not written: writing its row would be a lock by itself."""

    def __init__(self, door):
        self.door = door

    def __getattr__(self, name):
        return getattr(self.door, name)

    def change_capacity(self, *, run_id, now, **_more):
        return self.door.get_class_by_id(run_id, now=now)


def test_without_the_locks_two_changes_begin_from_the_same_number(monkeypatch, mutants):
    both, module = threading.Barrier(2), sys.modules[CHANGING]
    monkeypatch.setattr(seats, "lock_pool", lambda _run_id: None)
    monkeypatch.setattr(module, "classes", PlanUntouched(module.classes))
    (first, second) = two_changes(lambda: both.wait(timeout=20))
    mutants.tell("seat changes", "no lock: two changes begin alike", caught=first[0] == second[0])
