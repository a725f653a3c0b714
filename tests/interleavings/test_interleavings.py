"""Deeds at once equal deeds one after the other, whatever the order of their statements (trust goal R-13).

The default run plays a few hundred schedules. `XUEQIAO_SCHEDULES=10000 make test ARGS="tests/interleavings -s"` plays
that many, over more choices of deeds; a failing one names its seed and prints its statements in order.
"""

import os
import sys
from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.models.query import QuerySet

from tests.interleavings.bank_grounds import BANK_GROUNDS
from tests.interleavings.grounds import ALL, GROUNDS
from tests.interleavings.line_grounds import LINE_GROUNDS
from tests.interleavings.scheduler import Stage
from tests.interleavings.serial import Checker, NotSerial, casts
from tests.interleavings.snapshot import Snapshot
from tests.races.test_seats import UNGUARDED, constraint_off
from xueqiao.domains.credits.models import Conversion, RecognitionRevocation
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.models import Offer, Place, SeatPool, WaitingEntry
from xueqiao.domains.learning.models import AbsenceCase
from xueqiao.domains.payments.models import Bill
from xueqiao.foundation.undo.models import UndoableStep

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]

ASKED = int(os.environ.get("XUEQIAO_SCHEDULES", "0"))
SCHEDULES_EACH = 6  # of one choice of deeds
TRIES = 60  # schedules in which a mutant must show
SEED = int(os.environ.get("XUEQIAO_SEED", "1"))
ACTIONS = "xueqiao.domains.enrolment.actions."
EVERY_GROUND = GROUNDS | LINE_GROUNDS | BANK_GROUNDS


@contextmanager
def checker(name):
    """The ground, a stage for three, and the tables put back at the end of every schedule."""
    ground = EVERY_GROUND[name]()
    snapshot = Snapshot()
    try:
        with Stage() as stage:
            yield Checker(ground, stage, snapshot)
    finally:
        snapshot.forget()


@pytest.mark.parametrize("name", list(EVERY_GROUND))
def test_every_schedule_equals_a_serial_order(name, capsys):
    schedules = max(36, ASKED // len(EVERY_GROUND))
    each = SCHEDULES_EACH if schedules < 600 else 12
    with checker(name) as check:
        for number, cast in enumerate(casts(check.ground, seed=SEED, number=-(-schedules // each))):
            for schedule in range(each):
                check.check(cast, SEED * 1_000_000 + number * 100 + schedule)
    with capsys.disabled():
        print(f"\n{check.ground.name}: {check.report()}")
    assert check.waits, "nobody ever waited for anybody: these schedules met no lock and say nothing"


def without_locks_of(*models):
    """A mutant: rows of these tables are read without being locked."""
    real = QuerySet.select_for_update

    def mutated(self, *args, **kwargs):
        return self if self.model in models else real(self, *args, **kwargs)

    return lambda patch: patch.setattr(QuerySet, "select_for_update", mutated)


def _no_pool_lock(patch):
    patch.setattr(
        seats, "lock_pool", lambda run_id: SeatPool.objects.filter(pk=run_id).values_list("held", flat=True).first()
    )
    without_locks_of(Place)(patch)


def _look_then_take(patch):
    def look_then_take(run_id, *_list):
        pool = SeatPool.objects.get(pk=run_id)
        if pool.held + pool.taken >= pool.capacity:
            return None
        with connection.cursor() as cursor:
            cursor.execute(UNGUARDED, {"run_id": run_id})
            return cursor.fetchone()[0]

    patch.setattr(seats, "hold_one", look_then_take)


def _asks_once_only(patch):
    """Full is said when the sweep under the pool's lock ended nothing, though a seat came back meanwhile."""
    module = sys.modules[ACTIONS + "hold_seat"]
    real_hold, real_expire = seats.hold_one, module.expire_run_holds
    state = {}

    def expire(**kwargs):
        state["freed"] = real_expire(**kwargs)
        return state["freed"]

    def hold_one(*asked):
        return None if state.pop("freed", None) == 0 else real_hold(*asked)

    patch.setattr(module, "expire_run_holds", expire)
    patch.setattr(seats, "hold_one", hold_one)


def _expiry_skips_the_bill(patch):
    module = sys.modules[ACTIONS + "expire_holds"]
    real = module.payments

    class Payments:
        def __getattr__(self, name):
            return getattr(real, name)

        def close_bill(self, *, bill_id, **_kwargs):
            bills = Bill.objects.within(ALL).filter(pk=bill_id)
            was_paid = bills.get().paid_fen
            bills.filter(state="due").update(state="expired")
            return not was_paid

    patch.setattr(module, "payments", Payments())


def _groups_look_then_take(patch):
    def read_pools(run_ids, *_lists):
        return {pool.pk: pool.capacity - pool.held - pool.taken for pool in SeatPool.objects.filter(pk__in=run_ids)}

    patch.setattr(seats, "lock_pools", read_pools)


def _absences_not_locked(patch):
    for name in ("excuse_absences", "release_no_shows"):
        patch.setattr(sys.modules[f"xueqiao.domains.learning.actions.{name}"], "lock", lambda *_: None)
    without_locks_of(AbsenceCase)(patch)


def _line_not_locked(patch):
    """The line is read, and the answer written, as if nobody else could move it."""
    _no_pool_lock(patch)
    without_locks_of(Place, WaitingEntry, Offer)(patch)

    def lock_line(run_id):
        pool = SeatPool.objects.get(pk=run_id)
        return seats.LinePool(pool.capacity - pool.held - pool.taken, pool.kept, pool.waiting, pool.freed, 0)

    patch.setattr(seats, "lock_line", lock_line)


def _conversions_not_locked(patch):
    """The state is read, and what follows is written, as if nobody else could move it."""
    for name in ("queries.conversions", "queries.corrections", "actions.conversions.reserve_conversion"):
        patch.setattr(sys.modules[f"xueqiao.domains.credits.{name}"], "lock", lambda *_: None)
    without_locks_of(Conversion, RecognitionRevocation)(patch)


MUTANTS = {
    "the school confirms while she withdraws, nothing locked": (
        "bank",
        ("she withdraws", "the school confirms"),
        _conversions_not_locked,
    ),
    "the same credit is reserved twice, nothing locked": (
        "bank",
        ("she reserves the other", "she reserves the other twice"),
        _conversions_not_locked,
    ),
    "two payments of one bill, its row not locked": (
        "in time",
        ("money by alipay", "money by wechat"),
        without_locks_of(Bill),
    ),
    "one message twice, the bill's row not locked": (
        "in time",
        ("money by wechat", "the same message again"),
        without_locks_of(Bill),
    ),
    "expiry looks whether the bill is paid and locks nothing": (
        "late",
        ("money that was in time", "the sweep"),
        _expiry_skips_the_bill,
    ),
    "neither pool nor place locked before the state is read": (
        "late",
        ("gives the seat back", "the sweep"),
        _no_pool_lock,
    ),
    "two leave one place, neither pool nor place locked": ("enrolled", ("withdraws", "takes it back"), _no_pool_lock),
    "a step taken back twice, its row not locked": (
        "enrolled",
        ("takes it back", "takes it back"),
        without_locks_of(UndoableStep),
    ),
    "the timetable of the person not locked": (
        "timetable",
        ("he presses another", "he presses one class"),
        lambda patch: patch.setattr(sys.modules[ACTIONS + "hold_seat"], "lock", lambda *_: None),
    ),
    "look, then take, and no constraint": (
        "timetable",
        ("he presses another", "she presses the other"),
        _look_then_take,
    ),
    "groups look, then take, and no constraint": (
        "groups",
        ("a group of two", "a group over both classes"),
        _groups_look_then_take,
    ),
    "a yes and a no to one offer, neither pool nor place locked": (
        "line",
        ("the first says no", "the first says yes"),
        _line_not_locked,
    ),
    "the line is walked while one of it leaves, nothing locked": (
        "line",
        ("the second leaves the line", "two seats more", "the line is walked"),
        _line_not_locked,
    ),
    "a learner leaves a class that is being ended, nothing locked": (
        "cancelled",
        ("the centre cancels and the sweep runs", "the learner leaves"),
        _no_pool_lock,
    ),
    "she says why while her seat goes, nothing locked": (
        "absent",
        ("she says why", "the sweep of absences"),
        _absences_not_locked,
    ),
    "told full when the sweep ended nothing": ("late", ("gives the seat back", "the next person"), _asks_once_only),
}


@pytest.mark.parametrize("name", list(MUTANTS))
def test_a_removed_lock_or_check_shows(name, monkeypatch, mutants):
    ground, cast, plant = MUTANTS[name]
    caught = 0
    with checker(ground) as check:
        for seed in range(3):  # without the bug these deeds are serial; kept, so that the mutant cannot spoil them
            check.check(cast, seed)
        wall = constraint_off() if "no constraint" in name else None
        if wall:
            wall.__enter__()
        with monkeypatch.context() as patch:
            plant(patch)
            for seed in range(TRIES):
                try:
                    check.check(cast, seed)
                except NotSerial:
                    caught = seed + 1
                    break
        if wall:
            wall.__exit__(None, None, None)
    mutants.tell("interleavings", name, caught=bool(caught))
