"""Several connections at the books at once. The first tests prove that the bug is there when the lock is taken away."""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.ledger import models
from xueqiao.foundation.ledger.api import Posting
from xueqiao.foundation.locks import LockSpace
from xueqiao.foundation.reasons import Refused

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
SQL = Path(models.__file__).parent / "migrations" / "sql"
CHECK = "    INSERT INTO ledger_transfer ("
PAUSE = "    PERFORM pg_sleep(0.4);\n" + CHECK  # between the check and the writes: the others have time to read
LOCK = "WHERE b.account_id = v_ids[n] FOR UPDATE;"
FLOOR = "ADD CONSTRAINT ledger_balance_floor CHECK (may_go_negative OR posted >= held_out)"

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def money():
    ledger.open_unit("CNY", "人民币", 2, sources=("gateway:",))
    post("gateway:g", "person:1", 100, "in:1")
    post("gateway:g", "person:2", 100, "in:2")


def post(source, destination, amount, key):
    return ledger.post_transfer(unit="CNY", postings=[Posting(source, destination, amount)], key=key, now=NOW)


@contextlib.contextmanager
def patched(*changes: tuple[str, str], file: str = "post_transfer.sql", without_floor: bool = False) -> Iterator[None]:
    """The posting function with pieces of its text replaced; the real one is put back at the end."""
    real = (SQL / file).read_text(encoding="utf-8")
    text = real
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} is no longer in {file}"
        text = text.replace(old, new)
    cursor = connection.cursor()
    cursor.execute(text)
    if without_floor:
        cursor.execute("ALTER TABLE ledger_balance DROP CONSTRAINT ledger_balance_floor")
    try:
        yield
    finally:
        cursor.execute(real)
        if without_floor:
            cursor.execute("DELETE FROM ledger_balance")
            cursor.execute(f"ALTER TABLE ledger_balance {FLOOR}")


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run every act on a thread and a connection of its own, started together; answers or exceptions, in order."""
    answers: list[object] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(position: int, act: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            start.wait()
            answers[position] = act()
        except Exception as failure:
            answers[position] = failure
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "a thread hangs"
    return answers


def spend_twice():
    return at_once(
        lambda: post("person:1", "bill:1", 100, "spend:a"),
        lambda: post("person:1", "bill:2", 100, "spend:b"),
    )


def refusals(answers):
    return sorted(type(answer).__name__ for answer in answers if isinstance(answer, Exception))


def test_without_the_lock_and_the_wall_the_same_money_is_spent_twice():
    with patched((LOCK, LOCK.replace(" FOR UPDATE", "")), (CHECK, PAUSE), without_floor=True):
        answers = spend_twice()
        assert refusals(answers) == []
        assert ledger.balance_of("CNY", "person:1").posted == -100, "the control must show the bug"


def test_without_the_lock_the_wall_still_holds():
    with patched((LOCK, LOCK.replace(" FOR UPDATE", "")), (CHECK, PAUSE)):
        answers = spend_twice()
        assert [type(a) for a in answers if isinstance(a, Exception)] == [IntegrityError]
    assert ledger.balance_of("CNY", "person:1").posted == 0
    assert ledger.verify_ledger().is_sound


def test_of_two_who_spend_the_same_money_one_is_told_that_it_is_not_enough():
    with patched((CHECK, PAUSE)):
        answers = spend_twice()
    loser = next(a for a in answers if isinstance(a, Exception))
    assert refusals(answers) == ["InsufficientBalance"]
    assert loser.details == {"account": "person:1"}
    assert ledger.balance_of("CNY", "person:1").posted == 0
    assert ledger.verify_ledger().is_sound


def test_the_same_key_sent_twice_at_once_is_one_transfer():
    with patched((CHECK, PAUSE)):
        answers = at_once(*[lambda: post("person:1", "bill:1", 100, "pay")] * 4)
    assert refusals(answers) == []
    assert len({view.id for view in answers}) == 1
    assert sorted(view.is_replay for view in answers) == [False, True, True, True]
    assert ledger.balance_of("CNY", "bill:1").posted == 100


def test_the_same_key_with_other_inputs_at_once_is_written_once_and_refused_once():
    with patched((CHECK, PAUSE)):
        answers = at_once(lambda: post("person:1", "bill:1", 10, "pay"), lambda: post("person:2", "bill:2", 20, "pay"))
    assert refusals(answers) == ["KeyReused"]
    assert models.Transfer.objects.filter(key="pay").count() == 1


def test_a_hold_that_is_posted_voided_and_expired_at_once_ends_once():
    for turn in range(5):
        held = ledger.hold_transfer(
            unit="CNY",
            postings=[Posting("person:1", "bill:1", 10)],
            key=f"hold:{turn}",
            now=NOW,
            expires_at=NOW + timedelta(minutes=1),
        )
        answers = at_once(
            lambda held=held, turn=turn: ledger.post_held(held.id, key=f"post:{turn}", now=NOW),
            lambda held=held, turn=turn: ledger.void_held(held.id, key=f"void:{turn}", now=NOW),
            lambda: ledger.expire_held(now=NOW + timedelta(minutes=2)),
        )
        assert set(refusals(answers)) <= {"AlreadyResolved"}
        assert models.Transfer.objects.filter(resolves_id=held.id).count() == 1
    assert ledger.balance_of("CNY", "person:1").held_out == 0
    assert ledger.verify_ledger().is_sound


def test_an_account_opened_by_many_at_once_is_opened_once():
    answers = at_once(*[lambda n=n: post("gateway:g", "bill:new", 1, f"new:{n}") for n in range(8)])
    assert refusals(answers) == []
    assert models.Account.objects.filter(name="bill:new").count() == 1
    assert ledger.balance_of("CNY", "bill:new").posted == 8


def test_opposite_orders_never_deadlock_and_every_acknowledged_transfer_is_written():
    """Eight connections move small amounts round four accounts in every direction, half of them in bulks."""
    names = [f"person:{n}" for n in range(1, 5)]

    def walk(seed: int) -> int:
        choice, written = random.Random(seed), 0
        for n in range(25):
            source, destination = choice.sample(names, 2)
            amount = choice.randint(1, 40)
            try:
                if seed % 2:
                    lines = (Posting(source, destination, amount), Posting(destination, source, 1))
                    drafts = [
                        ledger.TransferDraft("CNY", lines, f"w:{seed}:{n}"),
                        ledger.TransferDraft("CNY", tuple(reversed(lines)), f"x:{seed}:{n}"),
                    ]
                    written += len(ledger.post_transfers(drafts, now=NOW))
                else:
                    post(source, destination, amount, f"w:{seed}:{n}")
                    written += 1
            except ledger.InsufficientBalance:
                continue
        return written

    answers = at_once(*[lambda seed=seed: walk(seed) for seed in range(8)])
    assert refusals(answers) == [], answers
    assert models.Transfer.objects.count() == sum(answers) + 2
    assert sum(balance.posted for balance in ledger.balances_of("CNY", names).values()) == 200
    verdict = ledger.verify_ledger()
    assert verdict.wrong is None


def hold_back(seconds_event: threading.Event, written: threading.Event) -> Callable[[], object]:
    """An act that writes a transfer and commits only when told to."""

    def act() -> object:
        with transaction.atomic():
            view = post("person:1", "bill:late", 1, "late")
            written.set()
            assert seconds_event.wait(20)
        return view

    return act


def overtaken(during: Callable[[], object]) -> tuple[object, object]:
    """Write "late" and leave it open, write "early" after it, do `during`, then let "late" commit."""
    go, written = threading.Event(), threading.Event()

    def meanwhile() -> object:
        assert written.wait(20)
        post("person:2", "bill:early", 1, "early")
        try:
            return during()
        except Refused as refusal:
            return refusal
        finally:
            go.set()

    late, answer = at_once(hold_back(go, written), meanwhile)
    return late, answer


def test_without_the_barrier_a_seal_skips_the_row_that_commits_late():
    with patched(("    PERFORM pg_advisory_xact_lock_shared(1, 0);\n", "")):
        _, sealed = overtaken(lambda: ledger.seal_new_transfers(now=NOW))
    assert isinstance(sealed, ledger.SealView)
    wrong = ledger.verify_ledger().wrong
    assert wrong is not None, "the control must show the bug"
    assert wrong.found
    assert wrong.expected == "no such row in the seal"


def test_with_the_barrier_a_seal_waits_and_then_covers_the_late_row():
    late, postponed = overtaken(lambda: ledger.seal_new_transfers(now=NOW))
    assert isinstance(postponed, ledger.SealPostponed)
    assert isinstance(late, ledger.TransferView)
    ledger.seal_new_transfers(now=NOW)
    verdict = ledger.verify_ledger()
    assert verdict.wrong is None
    assert verdict.unsealed_transfers == 0


def test_two_sealers_at_once_make_one_chain():
    answers = at_once(*[lambda: ledger.seal_new_transfers(now=NOW)] * 4)
    assert set(refusals(answers)) <= {"SealPostponed"}
    assert sum(isinstance(answer, ledger.SealView) for answer in answers) == 1
    assert ledger.verify_ledger().is_sound


def test_the_lock_numbers_in_the_sql_are_those_of_the_registry():
    text = "".join(file.read_text(encoding="utf-8") for file in SQL.glob("*.sql"))
    assert text.count("pg_advisory_xact_lock_shared(1, 0)") == 3
    assert LockSpace.LEDGER_SEAL == 1
