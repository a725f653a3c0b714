"""Thousands contend for thirty seats by every way in at once, and exactly thirty get one (trust goal R-03).

Ways: groups (`hold_seats`), single presses on the web, the API through the whole middleware, the desk for cash, holds
whose time has passed and that nobody has swept, seats given back in the middle of it, and the sweep. Afterwards, at a
quiet moment, a few more try: nobody may be told "full" while a seat is free, nor get one too many.

    XUEQIAO_ROUNDS=200 XUEQIAO_CONTENDERS=20000 make test ARGS="tests/races/test_contenders.py -s"
"""

import json
import os
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random

import pytest
from django.db import connection
from django.test import Client

from tests.interleavings.snapshot import Snapshot
from tests.races.test_seats import UNGUARDED, constraint_off, contend
from tests.worlds.small_county import HEDE, acting, add_person, add_run, on_duty, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.api import HoldRequest
from xueqiao.domains.enrolment.errors.seats import ClassFull, SeatsBusy
from xueqiao.domains.enrolment.models import Place, SeatPool
from xueqiao.domains.people.api import make_token
from xueqiao.domains.people.models import Person
from xueqiao.foundation.reasons import Refused
from xueqiao.foundation.scope import Scope

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
ALL = Scope.everything("test")
SEATS, STALE, PRICE = 30, 10, 12000
ROUNDS = int(os.environ.get("XUEQIAO_ROUNDS", "2"))
CONTENDERS = int(os.environ.get("XUEQIAO_CONTENDERS", "400"))
SEED = int(os.environ.get("XUEQIAO_SEED", "1"))
GROUP_SHARES = {5: 60, 50: 600, 500: None}  # how many of a thread come in groups of which size; None: all others
GROUP_THREADS, SINGLES = 3, 12


class Crowd:
    """The world of all rounds: one class of thirty seats, everybody who wants in, tokens for those who use the API."""

    def __init__(self):
        now = datetime.now(UTC)  # the API asks the clock
        self.world = small_county(now)
        self.run, _, _ = add_run(self.world, price_fen=PRICE, capacity=SEATS, first_day=now.date() + timedelta(days=30))
        self.now = now
        self.clerk = on_duty(self.world.clerk, "centre_clerk", HEDE, channel="counter")
        self.named = [add_person(f"居民{n}") for n in range(3 * SINGLES + STALE)]
        Person.objects.bulk_create(
            Person(code=f"Q{n:07d}", name=f"居民{n}", birth_date=self.world.elder.birth_date, sex="f",
                   region=self.world.elder.region, registered_at=now)
            for n in range(CONTENDERS)
        )  # fmt: skip
        self.many = list(Person.objects.within(ALL).filter(code__startswith="Q").values_list("pk", flat=True))
        self.tokens = [
            make_token(actor=acting(person), label="rush", scopes=["enrol", "read"], now=now).token
            for person in self.named[:SINGLES]
        ]

    def press(self, person, key, *, now=None):
        return enrolment.hold_seat(
            actor=acting(person),
            run_id=self.run.pk,
            person_id=person.pk,
            request_key=key,
            channel="web",
            now=now or self.now,
        )

    def stale_holds(self):
        """Ten seats are kept for people who have forgotten them: their time is over, and nobody swept."""
        then = self.now - timedelta(hours=1)
        return [self.press(person, f"stale {person.pk}", now=then) for person in self.named[3 * SINGLES :]]

    def by_group(self, people, dice):
        """In groups of every size, in an order of their own: many small ones first, or five hundred at once."""
        left, groups = iter(people), []
        for size, share in GROUP_SHARES.items():
            mine = list(islice(left, share))
            groups += [mine[start : start + size] for start in range(0, len(mine), size)]
        dice.shuffle(groups)

        def job():
            said = Counter()
            for group in groups:
                wishes = [HoldRequest(p, p, self.run.pk, f"group {p}") for p in group]
                for answer in enrolment.hold_seats(requests=wishes, now=self.now):
                    said["held" if answer.place else answer.refusal.code] += 1
            return said

        return job

    def one_by_one(self, people, deed):
        def job():
            said = Counter()
            for person in people:
                try:
                    said[deed(person)] += 1
                except Refused as refusal:
                    said[refusal.code] += 1
            return said

        return job

    def by_web(self, person):
        return self.press(person, f"web {person.pk}").state

    def by_desk(self, person):
        return enrolment.enrol_at_counter(
            actor=self.clerk,
            run_id=self.run.pk,
            person_id=person.pk,
            request_key=f"desk {person.pk}",
            channel="counter",
            cash_fen=PRICE,
            now=self.now,
        ).state

    def by_api(self):
        def job():
            said = Counter()
            for token in self.tokens:
                answer = Client(headers={"authorization": f"Bearer {token}"}).post(
                    "/api/v1/places",
                    {"class_code": self.run.code},
                    content_type="application/json",
                    headers={"idempotency-key": f"api {token[-8:]}"},
                )
                told = json.loads(answer.content)
                said["api " + (told.get("state") or told["type"].rpartition(":")[2])] += 1
            return said

        return job

    def change_their_mind(self, person):
        """Holds and gives the seat back at once, in the middle of the rush."""
        place = self.press(person, f"mind {person.pk}")
        enrolment.release_hold(actor=acting(person), place_uuid=place.uuid, now=self.now)
        return "gave it back"

    def sweep(self):
        return Counter({"swept": enrolment.expire_holds(now=self.now)})

    def rush(self, dice):
        """Everybody at once; what each way was told, and what a quiet moment afterwards brings."""
        self.stale_holds()
        many = dice.sample(self.many, len(self.many))
        jobs = [self.by_group(many[n::GROUP_THREADS], dice) for n in range(GROUP_THREADS)]
        jobs += [
            self.one_by_one(self.named[SINGLES : 2 * SINGLES], self.by_web),
            self.one_by_one(self.named[2 * SINGLES : 3 * SINGLES], self.by_desk),
            self.one_by_one(self.named[3 * SINGLES :], self.change_their_mind),
            self.by_api(),
            self.sweep,
        ]
        outcomes = contend(jobs, seconds_max=600)
        failures = [each for each in outcomes if isinstance(each, Exception)]
        assert not failures, failures
        return sum(outcomes, Counter())

    def quiet(self):
        """After the rush, one by one: whoever has no seat and is told "full" is told the truth."""
        said = Counter()
        for person in Person.objects.within(ALL).filter(pk__in=self.many[: SEATS + 5]):
            try:
                said[self.press(person, f"quiet {person.pk}").state] += 1
            except Refused as refusal:
                said[refusal.code] += 1
                if isinstance(refusal, ClassFull):
                    assert self.sold() == SEATS, "told full while a seat was free"
        return said

    def sold(self):
        live = Place.objects.within(ALL).filter(run=self.run, state__in=["held", "confirmed"]).count()
        pool = SeatPool.objects.get(pk=self.run.pk)
        assert pool.held + pool.taken == live
        return live


@pytest.fixture
def crowd(db):
    crowd = Crowd()
    crowd.snapshot = Snapshot()
    yield crowd
    crowd.snapshot.forget()


def test_exactly_thirty_by_every_way_at_once(crowd, capsys):
    told = Counter()
    for number in range(ROUNDS):
        told += crowd.rush(Random(SEED + number))
        told += crowd.quiet()
        assert crowd.sold() == SEATS, f"round {number}"
        crowd.snapshot.restore()
    with capsys.disabled():
        print(f"\n{ROUNDS} rounds of {CONTENDERS + 3 * SINGLES + STALE} contenders for {SEATS} seats: {dict(told)}")
    assert told["class_full"] > ROUNDS * (CONTENDERS - SEATS - 20), "without a rush the seats say nothing"
    assert told["api held"] + told["api class_full"] == ROUNDS * SINGLES
    assert not told[SeatsBusy.code] > ROUNDS * CONTENDERS // 10


@contextmanager
def locks_off(monkeypatch):
    """No guard for single presses, no lock of the pools before a group is ranked."""

    def look_then_take(run_id, *_list):
        pool = SeatPool.objects.get(pk=run_id)
        if pool.held + pool.taken >= pool.capacity:
            return None
        with connection.cursor() as cursor:
            cursor.execute(UNGUARDED, {"run_id": run_id})
            return cursor.fetchone()[0]

    def look(run_ids, *_lists):
        pools = SeatPool.objects.filter(pk__in=list(run_ids))
        return {pool.pk: pool.capacity - pool.held - pool.taken for pool in pools}

    with monkeypatch.context() as patch:
        patch.setattr(seats, "hold_one", look_then_take)
        patch.setattr(seats, "lock_pools", look)
        yield


def group_race(crowd):
    """Groups alone, many small ones: the way with the most to lose."""
    people = crowd.many[:240]
    jobs = [
        lambda part=people[start::6]: [
            enrolment.hold_seats(
                requests=[HoldRequest(p, p, crowd.run.pk, f"group {p}") for p in part[n : n + 10]], now=crowd.now
            )
            for n in range(0, len(part), 10)
        ]
        for start in range(6)
    ]
    outcomes = contend(jobs, seconds_max=120)
    assert not [each for each in outcomes if isinstance(each, Exception)], outcomes
    live = Place.objects.within(ALL).filter(run=crowd.run, state="held").count()
    crowd.snapshot.restore()
    return live


def test_without_locks_and_constraint_more_than_thirty_get_a_seat(crowd, monkeypatch, mutants):
    """Each wall alone holds (test_seats.py, test_group_admission.py); without any, this crowd must oversell."""
    with locks_off(monkeypatch), constraint_off():
        oversold = max(group_race(crowd) for _ in range(3))
    mutants.tell("contenders", "neither guard, lock nor constraint", caught=oversold > SEATS)
