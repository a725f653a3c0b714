"""Entries against the freeze, and one human being with two phones, on real connections.

Two claims, each shown broken first. Nobody enters after the list was frozen: the gate's shared lock makes the freeze
wait for entries under way. One person has one ticket: the person's lock says so in words, the partial unique index is
the last wall; only without both are there two.
"""

import threading
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from tests.races.test_seats import contend
from tests.worlds.rounds import CLOSES, drawn_classes, enter, open_a_round
from tests.worlds.small_county import add_person, small_county
from xueqiao.domains.enrolment.actions import enter_round as entering
from xueqiao.domains.enrolment.admission import rounds
from xueqiao.domains.enrolment.errors.rounds import AlreadyEntered, RoundNotTaking
from xueqiao.domains.enrolment.models import AdmissionRound, Entry, EntryMember
from xueqiao.foundation.scope import Scope

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
ALL = Scope.everything("test")
WAIT = 1.0
INDEX = (
    "CREATE UNIQUE INDEX member_one_ticket_a_round ON enrolment_entrymember (round_id, person_id)"
    " WHERE state = 'agreed'"
)


@pytest.fixture
def opened():
    world = small_county()
    runs = list(drawn_classes(world))
    return world, runs, open_a_round(world, runs)


def freeze(round_id):
    """What the freeze does about the list: shut the gate, read the entries, close. Returns the ids on the list."""
    with transaction.atomic():
        row = rounds.shut_gate(round_id)
        listed = list(Entry.objects.within(ALL).filter(round_id=round_id, state="entered").values_list("id", flat=True))
        row.state, row.frozen_at, row.entry_count = "frozen", CLOSES, len(listed)
        row.list_hash, row.list_root, row.commitment = b"1" * 32, b"2" * 32, b"3" * 32
        row.save()
    return listed


def enter_while_freezing(monkeypatch, world, runs, opened):
    """An entry that has passed its checks meets the freeze. Returns (ids on the list, ids in the table, the entry)."""
    checked, frozen = threading.Event(), threading.Event()
    real = entering.require_all_eligible

    def slow_check(*args, **values):
        real(*args, **values)
        checked.set()
        frozen.wait(WAIT)  # with the gate the freeze cannot have happened when this ends

    monkeypatch.setattr(entering, "require_all_eligible", slow_check)
    person = add_person("刚好赶上")

    def close():
        assert checked.wait(20)
        listed = freeze(opened.id)
        frozen.set()
        return listed

    entry, listed = contend([lambda: enter(person, opened, runs, now=world.now), close])
    table = list(Entry.objects.within(ALL).filter(round_id=opened.id).values_list("id", flat=True))
    return listed, table, entry


@contextmanager
def gate_off(monkeypatch):
    """The mutant: read the round, lock nothing."""
    with monkeypatch.context() as patch:
        patch.setattr(rounds, "pass_gate", lambda round_id: AdmissionRound.objects.get(pk=round_id))
        yield


def test_without_the_gate_an_entry_slips_in_after_the_list_was_frozen(monkeypatch, opened):
    world, runs, admission = opened
    with gate_off(monkeypatch):
        listed, table, _entry = enter_while_freezing(monkeypatch, world, runs, admission)
    assert listed == []
    assert len(table) == 1, "the mutant: accepted, and not on the list"


def test_the_freeze_waits_for_entries_under_way(monkeypatch, opened):
    world, runs, admission = opened
    listed, table, entry = enter_while_freezing(monkeypatch, world, runs, admission)
    assert listed == table == [entry.id]


def test_an_entry_that_waited_for_the_freeze_is_refused(opened):
    world, runs, admission = opened
    person, shut = add_person("晚了一步"), threading.Event()

    def close():
        with transaction.atomic():
            row = rounds.shut_gate(admission.id)
            shut.set()
            waiting = threading.Event()
            waiting.wait(0.3)
            row.state, row.frozen_at, row.entry_count = "frozen", CLOSES, 0
            row.list_hash, row.list_root, row.commitment = b"1" * 32, b"2" * 32, b"3" * 32
            row.save()

    def late():
        assert shut.wait(20)
        return enter(person, admission, runs, now=world.now)

    _closed, outcome = contend([close, late])
    assert isinstance(outcome, RoundNotTaking)
    assert not Entry.objects.within(ALL).filter(round_id=admission.id).exists()


def two_phones(world, runs, admission):
    person = add_person("两部手机")
    outcomes = contend([lambda: enter(person, admission, runs, now=world.now) for _ in range(2)])
    tickets = EntryMember.objects.within(ALL).filter(round_id=admission.id, person=person, state="agreed").count()
    return tickets, outcomes


@contextmanager
def person_lock_off(monkeypatch):
    """The mutant: both look before either writes, and nothing keeps them apart."""
    looked = threading.Barrier(2)
    real = entering.require_all_eligible

    def together(*args, **values):
        real(*args, **values)
        looked.wait(timeout=20)

    with monkeypatch.context() as patch:
        patch.setattr(entering, "lock", lambda *_args: None)
        patch.setattr(entering, "require_all_eligible", together)
        yield


def test_only_without_both_walls_has_one_person_two_tickets(monkeypatch, opened, capsys):
    world, runs, admission = opened
    tickets, outcomes = two_phones(world, runs, admission)
    assert tickets == 1
    assert any(isinstance(each, AlreadyEntered) for each in outcomes), "said in words, by the lock"
    caught = 0
    with person_lock_off(monkeypatch):
        tickets, outcomes = two_phones(world, runs, admission)
        assert tickets == 1, "the index alone must hold"
        assert any(isinstance(each, AlreadyEntered) for each in outcomes)
        caught += tickets == 1
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX member_one_ticket_a_round")
        try:
            tickets, _outcomes = two_phones(world, runs, admission)
            assert tickets == 2, "with neither wall there are two: the test can see the bug"
        finally:
            EntryMember.objects.within(ALL).filter(round_id=admission.id).delete()
            with connection.cursor() as cursor:
                cursor.execute(INDEX)
    with capsys.disabled():
        print(f"\nmutants caught {caught + 1}/2 (person lock; gate of the freeze, above)")
