"""Everything that moves a line, against everything else that moves it, on real connections.

Each race is shown with the lock or check in place and with it taken away. What must hold whoever is first: seats and
places agree (`FullClass.pool`), nobody has two places, a seat that came free while somebody waits goes to the first of
the line and to no newcomer, and no seat is left kept for nobody.
"""

import sys
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from tests.clean_slate import delete_what_was_committed
from tests.domains.enrolment.drawn import drawn_entry, drawn_round
from tests.domains.enrolment.lines import FullClass
from tests.domains.enrolment.seats_and_places import ALL
from tests.properties.test_paid_seats import deliver_in_place
from tests.races.test_seats import contend
from tests.worlds.small_county import acting
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.seats import ClassFull, HoldExpired, PlaceNotConfirmed
from xueqiao.domains.enrolment.errors.waiting import DrawComesFirst, OfferEnded
from xueqiao.domains.enrolment.models import Offer, Place, SeatPool, WaitingEntry
from xueqiao.domains.enrolment.queries.waiting import line_of
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.outbox import delivery
from xueqiao.foundation.reasons import Refused
from xueqiao.foundation.regions.models import RegionUnit

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
ACTIONS = "xueqiao.domains.enrolment.actions."
AREA = "waiting lists"
PAUSE = 0.3  # for a thread to reach the lock that another holds


@pytest.fixture(autouse=True)
def delivered_when_told(monkeypatch):
    """The process that committed delivers at once; here the moment of the promotion is the test's."""
    monkeypatch.setattr(delivery, "deliver", lambda *_args, **_values: None)


def full_class(**run):
    """A full class in a world of its own: the one before it in the same test is emptied."""
    if RegionUnit.objects.exists():
        delete_what_was_committed()
    return FullClass(**run)


def line_of_three(**run):
    """A full class of two seats and three in its line."""
    case = full_class(**({"capacity": 2} | run))
    for number in (1, 2, 3):
        case.join(case.person(f"候补{number}"), now=case.now + timedelta(seconds=number))
    return case


def deliver(case):
    while deliver_in_place(case.now):
        pass


def wrong(case):
    """What does not hold in this class, "" if all does."""
    try:
        held, taken, kept, waiting = case.pool()
    except AssertionError:
        return "seats and places do not agree"
    capacity = SeatPool.objects.get(pk=case.run.pk).capacity
    if held + taken > capacity:
        return "more places than seats"
    people = list(
        Place.objects.within(ALL).filter(run=case.run, state__in=["held", "confirmed"]).values_list("person", flat=True)
    )
    if len(people) != len(set(people)):
        return "somebody has two places"
    open_places = set(Offer.objects.within(ALL).filter(run=case.run, state="open").values_list("place_id", flat=True))
    offered = Place.objects.within(ALL).filter(run=case.run, state="held", is_offered=True)
    if open_places != set(offered.values_list("pk", flat=True)):
        return "an offer without its seat, or a seat without its offer"
    if kept:
        return "a seat is kept for nobody"
    if waiting and held + taken < capacity:
        return "a seat is idle while somebody waits"
    return ""


def broken(outcomes):
    """True when a wall of the database, or the pool's own guard, had to stop somebody."""
    return any(isinstance(each, (DatabaseError, seats.PoolOutOfStep)) for each in outcomes)


def unlocked_line(run_id):
    """The mutant: look at the pool and lock nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT capacity - held - taken, kept, waiting, freed FROM enrolment_seatpool WHERE run_id = %s", [run_id]
        )
        return seats.LinePool(*cursor.fetchone(), list_version=0)


# -- two promoters at once -----------------------------------------------------------------------------------------


def two_promoters():
    """One seat came free, two workers walk the line at once."""
    case = line_of_three()
    case.withdraw()
    return case, contend([case.walk, case.walk])


@contextmanager
def promoters_look_together(monkeypatch, *, without_guard=False):
    """Both have read pool and line before either offers."""
    looked = threading.Barrier(2)
    real = sys.modules[ACTIONS + "offer_freed_seats"].line_of

    def together(run_id, **wanted):
        found = real(run_id, **wanted)
        looked.wait(timeout=20)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(seats, "lock_line", unlocked_line)
        patch.setattr(seats, "lock_pool", lambda run_id: unlocked_line(run_id).free)
        patch.setattr(sys.modules[ACTIONS + "offer_freed_seats"], "lock", lambda *_keys: None)
        patch.setattr(sys.modules[ACTIONS + "offer_freed_seats"], "line_of", together)
        if without_guard:
            patch.setattr(seats, "offer_line", unguarded_offer)
        yield


def unguarded_offer(run_id, number):
    """The mutant's own statement: nobody looks whether there is a seat."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE enrolment_seatpool SET waiting = greatest(waiting - 1, 0), held = held - kept + %s, kept = 0"
            " WHERE run_id = %s RETURNING capacity - held - taken",
            [number, run_id],
        )
        return cursor.fetchone()[0]


def test_two_promoters_offer_one_seat_once(monkeypatch, mutants):
    case, outcomes = two_promoters()
    assert sorted(outcomes) == [0, 1]
    assert (case.offered(), case.line(), wrong(case)) == (["候补1"], ["候补2", "候补3"], "")
    with promoters_look_together(monkeypatch):
        case, outcomes = two_promoters()
    mutants.tell(AREA, "pool not locked by promoters: the guard stops the second", caught=broken(outcomes))
    assert len(case.offered()) <= 1
    with promoters_look_together(monkeypatch, without_guard=True):
        case, outcomes = two_promoters()
    mutants.tell(AREA, "neither lock nor guard: a constraint stops the second", caught=broken(outcomes))
    assert len(case.offered()) <= 1


# -- a withdrawal while the line is walked ---------------------------------------------------------------------------


def withdrawal_during_a_walk(monkeypatch):
    """The second learner leaves while the promoter holds the pool for the first one's seat."""
    case = line_of_three()
    case.withdraw(0)
    walking = threading.Event()
    module = sys.modules[ACTIONS + "offer_freed_seats"]
    real = module.offer_to_entry

    def slowly(*args, **values):
        walking.set()
        threading.Event().wait(PAUSE)
        return real(*args, **values)

    def leave():
        assert walking.wait(20)
        case.withdraw(1)

    with monkeypatch.context() as patch:
        patch.setattr(module, "offer_to_entry", slowly)
        outcomes = contend([case.walk, leave])
    deliver(case)
    return case, outcomes


def test_a_withdrawal_during_a_walk_is_walked_too(monkeypatch, mutants):
    case, _outcomes = withdrawal_during_a_walk(monkeypatch)
    assert (case.offered(), case.line(), wrong(case)) == (["候补1", "候补2"], ["候补3"], "")
    with monkeypatch.context() as patch:
        patch.setattr(sys.modules[ACTIONS + "_places"], "walk_later", lambda *_args, **_values: None)
        case, _outcomes = withdrawal_during_a_walk(monkeypatch)
    mutants.tell(AREA, "a withdrawal does not tell the line", caught=wrong(case) != "")


# -- a newcomer between the withdrawal and the promotion -------------------------------------------------------------


def newcomer_between(monkeypatch):
    """A learner leaves; a newcomer presses before anybody walks the line, and again while it is walked."""
    case = line_of_three()
    left, pressed = threading.Event(), threading.Event()
    newcomer = case.person("刚进来")

    def leave_and_walk():
        case.withdraw()
        left.set()
        assert pressed.wait(20)
        return case.walk()

    def press():
        assert left.wait(20)
        try:
            return enrolment.hold_seat(
                actor=acting(newcomer),
                run_id=case.run.pk,
                person_id=newcomer.pk,
                request_key="press",
                channel="web",
                now=case.now,
            )
        finally:
            pressed.set()

    outcomes = contend([leave_and_walk, press])
    deliver(case)
    return case, outcomes


def test_a_newcomer_never_takes_the_seat_of_who_waits(monkeypatch, mutants):
    case, outcomes = newcomer_between(monkeypatch)
    assert isinstance(outcomes[1], ClassFull)
    assert (case.offered(), wrong(case)) == (["候补1"], "")

    def for_everybody(run_id):
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE enrolment_seatpool SET taken = taken - 1, freed = freed + 1 WHERE run_id = %s"
                " RETURNING capacity - held - taken",
                [run_id],
            )
            return cursor.fetchone()[0]

    with monkeypatch.context() as patch:
        patch.setattr(seats, "free_taken", for_everybody)
        case, outcomes = newcomer_between(monkeypatch)
    mutants.tell(AREA, "a freed seat is not kept for the line", caught=not isinstance(outcomes[1], ClassFull))


# -- the offer's last moment -----------------------------------------------------------------------------------------


def offered_case():
    case = line_of_three()
    case.withdraw()
    case.walk()
    offer = case.offers("open")[0]
    return case, offer, acting(offer.person)


def accept_against_expiry():
    """She presses yes in the last second; the sweep runs at the end of the offer."""
    case, offer, actor = offered_case()
    end = offer.place.hold_until

    def accept():
        return enrolment.accept_offer(actor=actor, offer_uuid=offer.uuid, now=end - timedelta(seconds=1))

    outcomes = contend([accept, lambda: enrolment.expire_holds(now=end)])
    case.now = end
    deliver(case)
    return case, offer, outcomes


@pytest.mark.parametrize("turn", range(3))
def test_yes_and_the_end_of_the_offer_meet(turn):
    case, offer, outcomes = accept_against_expiry()
    assert not broken(outcomes)
    place = Place.objects.within(ALL).get(pk=offer.place_id)
    offer.refresh_from_db(from_queryset=Offer.objects.within(ALL))
    assert (place.state, offer.state) in {("confirmed", "accepted"), ("expired", "expired")}
    if place.state == "expired":
        assert isinstance(outcomes[0], HoldExpired)
    assert wrong(case) == ""


@contextmanager
def read_without_lock(monkeypatch, module, other_is_done):
    """The mutant: the place is read without its locks, and what was read is acted upon after the other is done."""

    def unlocked(*, actor, place_uuid, now):
        place = Place.objects.within(ALL).get(uuid=place_uuid)
        other_is_done.wait(20)
        return place

    with monkeypatch.context() as patch:
        patch.setattr(sys.modules[ACTIONS + module], "lock_place", unlocked)
        yield


def test_a_yes_that_read_the_seat_without_its_lock_is_seen(monkeypatch, mutants):
    case, offer, actor = offered_case()
    end, expired = offer.place.hold_until, threading.Event()

    def expire():
        threading.Event().wait(PAUSE)
        enrolment.expire_holds(now=end)
        case.now = end
        case.walk()
        expired.set()

    def accept():
        return enrolment.confirm_seat(actor=actor, place_uuid=offer.place.uuid, now=end - timedelta(seconds=1))

    with read_without_lock(monkeypatch, "confirm_seat", expired):
        outcomes = contend([accept, expire])
    mutants.tell(AREA, "yes without the seat's lock", caught=broken(outcomes) or wrong(case) != "")


@pytest.mark.parametrize("turn", range(3))
def test_yes_no_and_leaving_meet(turn):
    """The learner says yes on her phone, her family says no on theirs, and a third press leaves the line."""
    case, offer, actor = offered_case()
    jobs = [
        lambda: enrolment.accept_offer(actor=actor, offer_uuid=offer.uuid, now=case.now),
        lambda: enrolment.decline_offer(actor=actor, offer_uuid=offer.uuid, now=case.now),
        lambda: enrolment.leave_waiting_list(actor=actor, entry_uuid=offer.waiting_entry.uuid, now=case.now),
    ]
    outcomes = contend(jobs[turn:] + jobs[:turn])
    deliver(case)
    assert not broken(outcomes)
    assert all(isinstance(each, Refused) for each in outcomes if isinstance(each, Exception))
    place = Place.objects.within(ALL).get(pk=offer.place_id)
    assert place.state in {"confirmed", "released"}
    assert wrong(case) == ""
    refused = [each for each in outcomes if isinstance(each, (OfferEnded, HoldExpired))]
    assert refused or place.state == "released"


def test_a_no_that_read_the_seat_without_its_lock_is_seen(monkeypatch, mutants):
    case, offer, actor = offered_case()
    accepted = threading.Event()

    def accept():
        threading.Event().wait(PAUSE)
        enrolment.confirm_seat(actor=actor, place_uuid=offer.place.uuid, now=case.now)
        accepted.set()

    def decline():
        return enrolment.decline_offer(actor=actor, offer_uuid=offer.uuid, now=case.now)

    with read_without_lock(monkeypatch, "decline_offer", accepted):
        outcomes = contend([accept, decline])
    mutants.tell(AREA, "no without the seat's lock", caught=broken(outcomes) or wrong(case) != "")


# -- joining ---------------------------------------------------------------------------------------------------------


def two_join_at_once():
    case = full_class(capacity=1)
    people = [case.person(f"同时{number}") for number in range(4)]
    outcomes = contend([lambda person=person: case.join(person) for person in people])
    return case, outcomes


def test_who_join_at_once_stand_one_behind_the_other(monkeypatch, mutants):
    case, outcomes = two_join_at_once()
    assert sorted(view.position for view in outcomes) == [1, 2, 3, 4]
    assert wrong(case) == ""
    looked = threading.Barrier(4)
    module = sys.modules[ACTIONS + "join_waiting_list"]
    real = module.last_key

    def together(run_id):
        found = real(run_id)
        looked.wait(timeout=20)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(seats, "lock_line", unlocked_line)
        patch.setattr(seats, "lock_pool", lambda run_id: unlocked_line(run_id).free)
        patch.setattr(module, "last_key", together)
        case, outcomes = two_join_at_once()
    mutants.tell(AREA, "pool not locked by who joins: one place in line for one", caught=broken(outcomes))
    keys = [entry.line_key for entry in line_of(case.run.pk)]
    assert len(keys) == len(set(keys))


# -- between the publication of a draw and the winners' offers ---------------------------------------------------------


def joining_after_the_publication():
    """Two seats, two winners not offered yet; somebody joins the line at once, and the line is walked."""
    case = full_class(capacity=2, admission="draw")
    Place.objects.within(ALL).filter(run=case.run).update(state="withdrawn", ended_at=case.now)
    SeatPool.objects.filter(run=case.run).update(taken=0)
    admission = drawn_round(case.world, [case.run])
    for position in (1, 2):
        drawn_entry(admission, [case.person(f"抽中{position}")], [case.run], position, case.run)
    hasty, walked = case.person("赶着排的"), threading.Event()

    def join_and_walk():
        try:
            case.join(hasty)
            return case.walk()
        finally:
            walked.set()

    def offer():
        assert walked.wait(20)
        return enrolment.offer_drawn_places(round_id=admission.pk, now=case.now)

    outcomes = contend([join_and_walk, offer])
    deliver(case)
    return case, outcomes


def test_nobody_slips_in_between_a_draw_and_its_offers(monkeypatch, mutants):
    case, outcomes = joining_after_the_publication()
    assert isinstance(outcomes[0], DrawComesFirst)
    assert (sorted(case.offered()), wrong(case)) == (["抽中1", "抽中2"], "")
    with monkeypatch.context() as patch:
        for module in ("join_waiting_list", "offer_freed_seats"):
            patch.setattr(sys.modules[ACTIONS + module], "is_before_draw", lambda _facts: False)
        case, outcomes = joining_after_the_publication()
    caught = broken(outcomes) or sorted(case.offered()) != ["抽中1", "抽中2"]
    mutants.tell(AREA, "the line opens with the publication, before the winners have their seats", caught=caught)


# -- a no-show's seat ------------------------------------------------------------------------------------------------


def release_against_withdrawal(*, she_is_first=False):
    """The rule takes her seat at the moment she leaves by herself."""
    case, left = line_of_three(), threading.Event()

    def leave():
        case.withdraw(0)
        left.set()

    def release():
        if she_is_first:
            assert left.wait(20)
        return enrolment.release_no_show(
            actor=Actor.system("race"), place_id=case.places[0].pk, absences=5, now=case.now
        )

    return case, contend([release, leave])


def test_a_no_show_who_leaves_at_that_moment_frees_one_seat(monkeypatch, mutants):
    case, outcomes = release_against_withdrawal()
    assert sum(isinstance(each, PlaceNotConfirmed) for each in outcomes) == 1
    deliver(case)
    assert (case.offered(), wrong(case)) == (["候补1"], "")
    with monkeypatch.context() as patch:
        patch.setattr(sys.modules[ACTIONS + "release_no_show"], "require_confirmed", lambda _place: None)
        case, _outcomes = release_against_withdrawal(she_is_first=True)
    deliver(case)
    mutants.tell(AREA, "a no-show's state is not looked at under the lock", caught=wrong(case) != "")


# -- everything at once ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_everything_at_once_leaves_the_line_whole(seed):
    """Yes, no, leaving, joining, a withdrawal, a hold, the sweep and two promoters on one class, in one moment."""
    case = line_of_three(capacity=3)
    case.withdraw(0)
    case.walk()
    offer, late, newcomer = case.offers("open")[0], case.person("这时来排"), case.person("这时来报")
    actor = acting(offer.person)
    second = WaitingEntry.objects.within(ALL).filter(run=case.run, state="waiting").order_by("line_key")[0]
    waiting = second.members.all().within(ALL).get().person
    jobs = [
        case.walk,
        case.walk,
        lambda: case.withdraw(1),
        lambda: case.join(late),
        lambda: enrolment.accept_offer(actor=actor, offer_uuid=offer.uuid, now=case.now),
        lambda: enrolment.decline_offer(actor=actor, offer_uuid=offer.uuid, now=case.now),
        lambda: enrolment.leave_waiting_list(actor=acting(waiting), entry_uuid=second.uuid, now=case.now),
        lambda: enrolment.expire_holds(now=case.now),
        lambda: enrolment.hold_seat(
            actor=acting(newcomer),
            run_id=case.run.pk,
            person_id=newcomer.pk,
            request_key="storm",
            channel="web",
            now=case.now,
        ),
    ]
    outcomes = contend(jobs[seed * 3 :] + jobs[: seed * 3])
    assert not broken(outcomes), [each for each in outcomes if isinstance(each, Exception)]
    deliver(case)
    case.walk()
    assert wrong(case) == ""
