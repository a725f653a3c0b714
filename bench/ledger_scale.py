"""A million sealed transfers: how long it takes to prove them, and whether a changed byte can hide among them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator

from django.db import connection, transaction

from bench.harness import LOWER, Result, bench, in_turn, result
from xueqiao.foundation.ledger import api as ledger

TRANSFERS, CHANGED, ROUNDS = 1_000_000, 1_000, 3
SECONDS_MAX = 60  # issue 4, trust goal R-14: one million transfers on two cores


@bench("ledger.verify")
def verify() -> Iterator[Result]:
    """Seconds to verify a million sealed transfers, against reading and hashing the same bytes and nothing else."""
    yield from _build()
    verdict = ledger.verify_ledger()
    if not verdict.is_sound:
        raise RuntimeError(f"the ledger is wrong: {verdict.wrong}")
    ours, bare = in_turn(ROUNDS, lambda: _seconds(ledger.verify_ledger), lambda: _seconds(_read_and_hash))
    name = f"ledger verify, {verdict.transfers:,} transfers"
    yield result(f"{name}, {verdict.rows:,} rows in all", ours, "s", aim=SECONDS_MAX, better=LOWER)
    yield result(f"{name}, against reading and hashing the same bytes", ours, "s", limits=bare, better=LOWER)


@bench("ledger.tampering")
def tampering() -> Iterator[Result]:
    """One changed byte in each of a thousand random rows among a million transfers: how many are named."""
    from tests.foundation.ledger.many_rows import change_one_byte_in, named_rows

    yield from _build()
    with transaction.atomic():
        changed = change_one_byte_in(CHANGED, seed=1)
        named = named_rows(rows_max=100 * CHANGED)
        transaction.set_rollback(True)
    if not ledger.verify_ledger().is_sound:
        raise RuntimeError("the rows that were changed did not come back as they were")
    yield result(
        f"ledger, {len(changed):,} rows with one changed byte: named", [len(changed & named)], "rows", aim=CHANGED
    )


def _build() -> Iterator[Result]:
    """A million transfers with lines, balances and seals, once for both benches; untouched by any other bench."""
    from tests.foundation.ledger.many_rows import UNIT, build_sealed

    if ledger.find_unit(UNIT) is None:
        seconds = _seconds(lambda: build_sealed(TRANSFERS))
        yield result(f"ledger, {TRANSFERS:,} transfers built in sets and sealed", [seconds], "s")


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _read_and_hash() -> None:
    """What nobody who hashes every row can do without: the rows' text, in order of id, through SHA-256."""
    from xueqiao.foundation.ledger.streams import TABLES

    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in TABLES:
            rows = f"SELECT ROW({table.columns})::text FROM {table.name} ORDER BY id"
            with cursor.copy(f"COPY ({rows}) TO STDOUT") as copy:
                for block in copy:
                    digest.update(block)
