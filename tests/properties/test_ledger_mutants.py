"""The state machine can fail: each bug planted here is caught by it. They are counted at the end of the run.

A bug in SQL is the real function with one piece of text replaced, created inside the test's transaction and rolled
back with it; `walls` are the constraints that would stop the bug by themselves and are taken down first, so that what
is tried is the machine and not the wall.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from tests.properties.driving import drive
from tests.properties.ledger_machine import LedgerMachine
from xueqiao.foundation.ledger import canonical, posting, sealing, streams

SQL = Path(streams.__file__).parent / "migrations" / "sql"
FLOOR = "ALTER TABLE ledger_balance DROP CONSTRAINT ledger_balance_floor"
RANGE = "ALTER TABLE ledger_balance DROP CONSTRAINT ledger_balance_range"
ONCE = "DROP INDEX ledger_transfer_resolved_once"


@dataclass(frozen=True)
class Mutant:
    name: str
    file: str = ""
    old: str = ""
    new: str = ""
    walls: tuple[str, ...] = ()
    patch: Callable[[pytest.MonkeyPatch], None] | None = None


def _hash_without(*forgotten: str) -> Callable[[pytest.MonkeyPatch], None]:
    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        empty = {"lines": [], "memo": {}, "kind": ""}

        def forgetful(**inputs):
            return canonical.input_hash(**(inputs | {name: empty[name] for name in forgotten}))

        for module in (posting, streams):
            monkeypatch.setattr(module, "input_hash", forgetful)

    return patch


def _seal_skips_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def short(table, *, after, through):
        rows = list(streams.rows_of(table, after=after, through=through))
        return rows[:-1] if table.letter == b"P" else rows

    monkeypatch.setattr(sealing, "rows_of", short)


def _seal_forgets_the_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    real = sealing.seal_root
    monkeypatch.setattr(sealing, "seal_root", lambda **parts: real(**(parts | {"previous_root": bytes(32)})))


DELTA = "(v_arriving[n] - v_leaving[n])"
INSERT = "LOOP\n        INSERT"
ENDED = "t.resolves_id = p_hold;"
MOVES = "CASE WHEN p_kind = 'post' THEN moved"
TWICE = (ONCE, RANGE, FLOOR)
KNOWN, POST, RESOLVE, OPEN = "known_key.sql", "post_transfer.sql", "resolve_hold.sql", "open_accounts.sql"
MUTANTS = [
    Mutant("floors are not checked", POST, "WHEN v_floor AND v_posted", "WHEN false AND v_posted", (FLOOR,)),
    Mutant("only the wall keeps the floor", POST, "WHEN v_floor AND v_posted", "WHEN false AND v_posted"),
    Mutant("the floor forgets what is held", POST, "v_posted < v_held_out", "v_posted < 0", (FLOOR,)),
    Mutant("amounts move the wrong way", POST, DELTA, "(v_leaving[n] - v_arriving[n])", (FLOOR,)),
    Mutant("the destination is not credited", POST, DELTA, "(0 - v_leaving[n])", (FLOOR,)),
    Mutant("only the first posting is written", POST, f"cardinality(p_amounts) {INSERT}", f"1 {INSERT}"),
    Mutant("a key is not looked up", KNOWN, "t.key = p_key;", "t.key = p_key AND false;"),
    Mutant("a reused key is taken for a repeat", KNOWN, "ELSE 'key_reused' END", "ELSE 'replay' END"),
    Mutant("the memo is left out of the hash", patch=_hash_without("memo")),
    Mutant("the amounts are left out of the hash", patch=_hash_without("lines")),
    Mutant("the kind is left out of the hash", patch=_hash_without("kind")),
    Mutant("amounts above the limit are taken", POST, "WHEN abs(v_posted) > c_max", "WHEN false", (RANGE,)),
    Mutant("every account may go negative", OPEN, "coalesce(p_may_go_negative,", "coalesce(true,", (FLOOR,)),
    Mutant("a hold is ended twice", RESOLVE, ENDED, f"{ENDED[:-1]} AND false;", TWICE),
    Mutant("a posted hold is expired", RESOLVE, ENDED, f"{ENDED[:-1]} AND t.kind <> 'post';", TWICE),
    Mutant("a hold is posted too late", RESOLVE, "IF p_kind = 'post' AND v_hold.expires_at", "IF v_hold.expires_at"),
    Mutant("a hold is posted after its end", RESOLVE, "v_hold.expires_at <= p_at", "false"),
    Mutant("what was held stays held", RESOLVE, "b.held_out - moved.leaving", "b.held_out"),
    Mutant("what was to arrive stays to arrive", RESOLVE, "b.held_in - moved.arriving", "b.held_in"),
    Mutant("a voided hold moves the amount", RESOLVE, MOVES, "CASE WHEN p_kind <> 'expire' THEN moved", (FLOOR,)),
    Mutant("a posted hold moves nothing", RESOLVE, MOVES, "CASE WHEN false THEN moved"),
    Mutant("an ended hold stays listed", RESOLVE, "DELETE FROM ledger_openhold h WHERE h.transfer_id = p_hold;", ""),
    Mutant("a transfer that is no hold is ended", RESOLVE, "IF v_hold.kind <> 'held' THEN", "IF false THEN"),
    Mutant("a seal skips a row", patch=_seal_skips_a_row),
    Mutant("a seal forgets the root before it", patch=_seal_forgets_the_chain),
]


@contextlib.contextmanager
def planted(mutant: Mutant) -> Iterator[None]:
    """The bug is in the product inside the block and gone after it."""
    with transaction.atomic(), pytest.MonkeyPatch.context() as monkeypatch:
        with connection.cursor() as cursor:
            for wall in mutant.walls:
                cursor.execute(wall)
            if mutant.file:
                text = (SQL / mutant.file).read_text(encoding="utf-8")
                assert text.count(mutant.old) == 1, f"{mutant.name}: its place in {mutant.file} has changed"
                cursor.execute(text.replace(mutant.old, mutant.new))
        if mutant.patch:
            mutant.patch(monkeypatch)
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_every_planted_bug_is_caught_by_the_machine(mutants):
    assert drive(LedgerMachine, examples=100, steps=25) is None, "without a bug the machine finds nothing"
    for mutant in MUTANTS:
        with planted(mutant):
            failure = drive(LedgerMachine, examples=100, steps=25)
        caught = isinstance(failure, (AssertionError, IntegrityError, LookupError))
        mutants.tell("ledger", mutant.name, caught=caught)
    assert len(MUTANTS) >= 20
