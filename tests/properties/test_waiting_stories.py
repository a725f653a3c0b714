"""Random stories of a waiting list on PostgreSQL: joining alone and as a party, leaving, withdrawing, yes and no,
not answering, more seats, staff moving people, newcomers pressing between a withdrawal and what follows it.

What must hold (trust goal R-18), after every step:
- seats: held = held places + kept, taken = confirmed places, waiting = entries that wait; never more than capacity;
- order: an offer goes past an earlier entry only with a stored reason, and the reason is true;
- nobody is offered a seat she could not take, nor the very seat she has just let go;
- one notice per offer, none without; an open offer has a held place and no other;
- no seat is kept for nobody, and after the sweep no seat is free that somebody who waits could have.

Stories are drawn from seeds with weights, for the reason told in test_paid_seats. `XUEQIAO_WAITING_STORIES=10000` tells
that many (the long form; about 4 a second on a quiet machine). The mutants are planted one at a time.
"""

import os
import sys
from collections import Counter
from contextlib import contextmanager
from datetime import date, timedelta
from random import Random
from typing import ClassVar

import pytest
from django.db import IntegrityError, transaction

from tests.properties.test_paid_seats import deliver_in_place
from tests.worlds.small_county import (
    COUNTY,
    HEDE,
    acting,
    add_person,
    add_place,
    add_run,
    link_family,
    on_duty,
    small_county,
)
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.jobs import walk_lines
from xueqiao.domains.enrolment.models import Offer, PassedOver, Place, SeatPool, WaitingEntry, WaitingMember
from xueqiao.domains.people.models import Notice
from xueqiao.foundation.clock import at_local
from xueqiao.foundation.reasons import Refused
from xueqiao.foundation.scope import Scope

ALL = Scope.everything("test")
PEOPLE, STEPS = 6, 16
STORIES = int(os.environ.get("XUEQIAO_WAITING_STORIES", "8"))
ACTIONS = "xueqiao.domains.enrolment.actions."


class Stories:
    ground: ClassVar[tuple] = ()
    reached: ClassVar[Counter] = Counter()

    def __init__(self, seed):
        self.dice = Random(seed)
        self.story = transaction.atomic()
        self.story.__enter__()
        world, self.run, self.clash, self.people, self.newcomers = Stories.ground
        self.now = at_local(date(2026, 3, 4), self.dice.choice((9, 13, 21)))
        self.clerk = on_duty(world.clerk, "centre_clerk", HEDE)
        self.officer = on_duty(world.officer, "county_officer", COUNTY)
        self.forms = 0
        self.let_go = {}  # entry -> the pool's `freed` when she let a seat go
        self.seen = set()  # offers that were judged

    def forget(self):
        transaction.set_rollback(True)
        self.story.__exit__(None, None, None)

    # -- steps ------------------------------------------------------------------------------------------------------

    def step(self):
        verb = self.dice.choices(
            ("join", "party", "leave", "withdraw", "rush", "yes", "no", "time", "more", "move", "busy", "idle"),
            (6, 2, 1, 4, 4, 3, 3, 3, 1, 2, 2, 2),
        )[0]
        getattr(self, verb)()
        self.deliver()

    def deliver(self):
        while deliver_in_place(self.now):
            pass

    def attempt(self, name, deed):
        try:
            with transaction.atomic():
                done = deed()
        except Refused:
            return None
        self.reached[name] += 1
        return done

    def form(self):
        self.forms += 1
        return f"story {self.forms}"

    def somebody(self):
        return self.dice.choice(self.people)

    def _join(self, name, persons):
        agent = persons[0]
        return self.attempt(
            name,
            lambda: enrolment.join_waiting_list(
                actor=acting(agent, acts_for=tuple(persons[1:])),
                run_id=self.run.pk,
                person_ids=[person.pk for person in persons],
                request_key=self.form(),
                channel="web",
                now=self.now,
            ),
        )

    def join(self):
        self._join("joined", [self.somebody()])

    def party(self):
        self._join("party", [self.people[0], self.dice.choice(self.people[1:3])])

    def leave(self):
        members = list(WaitingMember.objects.within(ALL).filter(run=self.run, is_live=True).select_related("entry"))
        if members:
            member = self.dice.choice(members)
            actor = acting(self.people[0], acts_for=tuple(self.people))
            self.attempt(
                "left",
                lambda: enrolment.leave_waiting_list(
                    actor=self._as(member.person_id) if member.entry.size == 1 else actor,
                    entry_uuid=member.entry.uuid,
                    now=self.now,
                ),
            )

    def _as(self, person_id):
        return acting(next(p for p in [*self.people, *self.newcomers] if p.pk == person_id))

    def withdraw(self):
        places = list(Place.objects.within(ALL).filter(run=self.run, state="confirmed").order_by("pk"))
        if not places:
            return None
        place = self.dice.choice(places)
        return self.attempt(
            "withdrawn",
            lambda: enrolment.withdraw(actor=acting(place.person), place_uuid=place.uuid, now=self.now),
        )

    def rush(self):
        """A newcomer presses between the commit of a withdrawal and the offer that follows it."""
        before = SeatPool.objects.get(pk=self.run.pk)
        was_free = before.capacity - before.held - before.taken
        if self.withdraw() is None:
            return
        person = self.dice.choice(self.newcomers)
        place = self.attempt(
            "newcomer",
            lambda: enrolment.hold_seat(
                actor=acting(person),
                run_id=self.run.pk,
                person_id=person.pk,
                request_key=self.form(),
                channel="web",
                now=self.now,
            ),
        )
        if place is not None and place.held_at == self.now and not place.is_offered and not was_free:
            assert not before.waiting, "a newcomer took a seat that belonged to the line"
        if place is not None:
            self.attempt(
                "newcomer in",
                lambda: enrolment.confirm_seat(actor=acting(person), place_uuid=place.uuid, now=self.now),
            )

    def _offer(self):
        offers = list(Offer.objects.within(ALL).filter(run=self.run, state="open").select_related("person"))
        return self.dice.choice(offers) if offers else None

    def yes(self):
        offer = self._offer()
        if offer:
            self.attempt(
                "yes",
                lambda: enrolment.accept_offer(actor=acting(offer.person), offer_uuid=offer.uuid, now=self.now),
            )

    def no(self):
        offer = self._offer()
        if offer and self.attempt(
            "no", lambda: enrolment.decline_offer(actor=acting(offer.person), offer_uuid=offer.uuid, now=self.now)
        ):
            self.remember_let_go(offer)

    def remember_let_go(self, offer):
        self.let_go[offer.waiting_entry_id] = SeatPool.objects.get(pk=self.run.pk).freed

    def time(self):
        self.now += timedelta(hours=self.dice.choice((1, 6, 25, 49)))
        overdue = Offer.objects.within(ALL).filter(run=self.run, state="open", place__hold_until__lte=self.now)
        late = list(overdue)
        enrolment.expire_holds(now=self.now)
        for offer in late:
            self.reached["unanswered"] += 1
            self.remember_let_go(offer)
        self.deliver()
        walk_lines(now=self.now)
        self.no_seat_is_idle()

    def more(self):
        capacity = SeatPool.objects.get(pk=self.run.pk).capacity + self.dice.choice((1, 2))
        self.attempt(
            "more seats",
            lambda: enrolment.change_seats(actor=self.officer, run_id=self.run.pk, capacity=capacity, now=self.now),
        )

    def move(self):
        entries = list(WaitingEntry.objects.within(ALL).filter(run=self.run, state="waiting"))
        if not entries:
            return
        entry, position = self.dice.choice(entries), self.dice.randrange(1, 4)
        move = self.attempt(
            "asked",
            lambda: enrolment.ask_move_in_line(
                actor=self.clerk, entry_uuid=entry.uuid, position=position, reason="轮椅学员要一楼的班", now=self.now
            ),
        )
        if move:
            self.attempt(
                "moved",
                lambda: enrolment.move_in_line(
                    actor=self.officer, move_uuid=move, is_approved=self.dice.random() < 0.8, now=self.now
                ),
            )

    def busy(self):
        """Somebody enrols in a class at the same time: she cannot have this one now."""
        person = self.somebody()
        mine = Place.objects.within(ALL).filter(person=person, state__in=["held", "confirmed"])
        if not mine.exists():
            add_place(self.clash, person, now=self.now)
            self.reached["busy"] += 1

    def idle(self):
        place = Place.objects.within(ALL).filter(run=self.clash, state="confirmed").first()
        if place:
            enrolment.withdraw(actor=acting(place.person), place_uuid=place.uuid, now=self.now)

    # -- what must hold ---------------------------------------------------------------------------------------------

    def judge(self):
        self.seats_agree()
        self.offers_agree()
        for offer in Offer.objects.within(ALL).filter(run=self.run).exclude(pk__in=self.seen).order_by("pk"):
            self.seen.add(offer.pk)
            self.reached["offered"] += 1
            self.order_is_kept(offer)

    def seats_agree(self):
        pool = SeatPool.objects.get(pk=self.run.pk)
        states = Counter(Place.objects.within(ALL).filter(run=self.run).values_list("state", flat=True))
        waiting = WaitingEntry.objects.within(ALL).filter(run=self.run, state="waiting").count()
        assert (pool.held - pool.kept, pool.taken, pool.waiting) == (states["held"], states["confirmed"], waiting)
        assert pool.held + pool.taken <= pool.capacity
        assert not pool.kept, "a seat is kept while nobody is asked"

    def offers_agree(self):
        open_places = set(
            Offer.objects.within(ALL).filter(run=self.run, state="open").values_list("place_id", flat=True)
        )
        held = Place.objects.within(ALL).filter(run=self.run, state="held", is_offered=True)
        assert open_places == set(held.values_list("pk", flat=True))
        about = Notice.objects.within(ALL).filter(template="seat_offered", path__startswith="/mine/offers/")
        own = Counter(notice.path for notice in about if notice.person_id == notice.recipient_id)
        uuids = Offer.objects.within(ALL).filter(run=self.run).values_list("uuid", flat=True)
        assert own == Counter({f"/mine/offers/{uuid}/": 1 for uuid in uuids})

    def order_is_kept(self, offer):
        entry = WaitingEntry.objects.within(ALL).get(pk=offer.waiting_entry_id)
        assert not self.is_busy(offer.person_id), "offered to somebody who cannot come"
        mark = self.let_go.get(entry.pk)
        if mark is not None:
            assert SeatPool.objects.get(pk=self.run.pk).freed > mark, "the seat she let go came back to her"
        reasons = dict(PassedOver.objects.within(ALL).filter(offer=offer).values_list("entry_id", "code"))
        earlier = WaitingEntry.objects.within(ALL).filter(
            run=self.run, state="waiting", line_key__lt=entry.line_key, joined_at__lt=offer.made_at
        )
        for other in earlier:
            if entry.state != "offered" or other.passed_at_freed is not None or other.moves.all().within(ALL).exists():
                continue  # it was behind, or away, when this offer was made
            assert reasons.get(other.pk), "an offer went past somebody without a reason"
        for entry_id, code in reasons.items():
            self.reached[f"passed over: {code}"] += 1
            members = self.members(entry_id)
            true = {
                "time_clash": any(self.is_busy(person_id) for person_id in members),
                "not_enough_together": len(members) > 1,
                "let_go_already": entry_id in self.let_go,
            }
            assert true.get(code), f"the reason {code!r} is not true"

    def no_seat_is_idle(self):
        pool = SeatPool.objects.get(pk=self.run.pk)
        available = pool.capacity - pool.held - pool.taken
        assert not pool.kept
        if not available:
            return
        for entry in WaitingEntry.objects.within(ALL).filter(run=self.run, state="waiting"):
            members = self.members(entry.pk)
            may = not any(self.is_busy(person_id) for person_id in members) and len(members) <= available
            if may and entry.pk in self.let_go:
                may = pool.freed > self.let_go[entry.pk]
            assert not may, "a seat is free and somebody who waits could have it"

    def members(self, entry_id):
        rows = WaitingMember.objects.within(ALL).filter(entry_id=entry_id)
        return list(rows.values_list("person_id", flat=True))

    def is_busy(self, person_id):
        return Place.objects.within(ALL).filter(run=self.clash, person_id=person_id, state="confirmed").exists()


@pytest.fixture
def ground(db):
    world = small_county()
    first_day = date(2026, 9, 2)
    run, _, _ = add_run(world, capacity=2, first_day=first_day, enrol_closes_at=at_local(date(2026, 9, 1), 12))
    clash, _, _ = add_run(world, capacity=50, first_day=first_day)
    people = [add_person(f"居民{n}") for n in range(PEOPLE)]
    for other in people[1:3]:
        link_family(agent=people[0], subject=other)
    for name in ("学员甲", "学员乙"):
        add_place(run, add_person(name))
    Stories.ground = (world, run, clash, people, [add_person(f"新人{n}") for n in range(3)])
    Stories.reached = Counter()


def tell(seeds):
    for seed in seeds:
        story = Stories(seed)
        try:
            for _ in range(STEPS):
                story.step()
                story.judge()
                story.now += timedelta(seconds=1)
        except Exception as failure:
            raise AssertionError(f"story {seed}") from failure
        finally:
            story.forget()


def module(name):
    return sys.modules[ACTIONS + name]


def _not_kept(patch):
    """A withdrawn seat is free for everybody at once, line or no line."""
    from django.db import connection

    def free_taken(run_id):
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE enrolment_seatpool SET taken = taken - 1, freed = freed + 1 WHERE run_id = %s"
                " RETURNING capacity - held - taken",
                [run_id],
            )
            return cursor.fetchone()[0]

    patch.setattr(seats, "free_taken", free_taken)


def _last_first(patch):
    real = module("offer_freed_seats").line_of
    patch.setattr(module("offer_freed_seats"), "line_of", lambda *a, **k: list(reversed(real(*a, **k))))


def _nobody_reasons(patch):
    real = module("offer_freed_seats").PassedOver

    class Silent:
        objects = type("O", (), {"bulk_create": staticmethod(list)})

        def __new__(cls, **fields):
            return real(**fields)

    patch.setattr(module("offer_freed_seats"), "PassedOver", Silent)


def _same_seat_again(patch):
    real = module("offer_freed_seats")._obstacle

    def obstacle(entry, *rest):
        entry.passed_at_freed = None
        return real(entry, *rest)

    patch.setattr(module("offer_freed_seats"), "_obstacle", obstacle)


MUTANTS = {
    "a seat that came free is for sale before the line is asked": _not_kept,
    "the last in line is asked first": _last_first,
    "nobody looks whether she can come": lambda p: p.setattr(
        module("offer_freed_seats"), "obstacles_of", lambda *_a, **_k: {}
    ),
    "nobody writes why it went past her": _nobody_reasons,
    "the seat she let go comes back to her": _same_seat_again,
    "an offer is told to nobody": lambda p: p.setattr(module("_offers"), "tell", lambda *_a, **_k: None),
    "an unanswered offer stays open": lambda p: p.setattr(module("expire_holds"), "end_offers", lambda *_a, **_k: None),
    "a declined offer stays open": lambda p: p.setattr(module("release_hold"), "end_offers", lambda *_a, **_k: None),
    "what nobody can use is kept for ever": lambda p: p.setattr(
        module("offer_freed_seats"), "_let_go", lambda _run_id: None
    ),
    "a seat that came free is told to nobody": lambda p: [
        p.setattr(module(name), "walk_later", lambda *_a, **_k: None)
        for name in ("release_hold", "expire_holds", "_places")
    ],
    "who joins is not counted": lambda p: p.setattr(seats, "join_line", lambda _run_id, number=1: 0),
}
WALLS = (AssertionError, IntegrityError, seats.PoolOutOfStep)


@contextmanager
def planted(name):
    with pytest.MonkeyPatch.context() as patch:
        MUTANTS[name](patch)
        yield


def test_stories_keep_the_line_fair_and_no_seat_idle(ground, capsys):
    tell(range(STORIES))
    reached = Stories.reached
    with capsys.disabled():
        print(f"\nwaiting lists, {STORIES} stories: {dict(reached)}")
    for what in (
        "joined",
        "party",
        "withdrawn",
        "newcomer",
        "yes",
        "no",
        "unanswered",
        "more seats",
        "moved",
        "offered",
    ):
        assert reached[what], f"no story reached {what!r}: the property says nothing about it"
    assert any(name.startswith("passed over") for name in reached)


def test_planted_bugs_are_caught(ground, mutants):
    for name in MUTANTS:
        caught = False
        with planted(name):
            try:
                with transaction.atomic():
                    tell(range(20))
            except AssertionError as failure:
                assert isinstance(failure.__cause__, WALLS), f"{name}: not caught by a wall, but broken"
                caught = True
        mutants.tell("waiting lists", name, caught=caught)
