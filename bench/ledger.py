"""The ledger against bare inserts of two rows, one transaction each, over the same driver and the same durability."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from django.db import connection, transaction

from bench.harness import Result, bench, in_turn, per_second, result
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.ledger.api import Posting

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ROUNDS, TRANSFERS, ACCOUNTS, WARM_UP = 5, 800, 2_000, 20
AIM = 0.5
BARE = (
    "INSERT INTO bench_bare (unit, account, amount, key, memo, at)"
    " VALUES (1, %s, -%s, %s, %s, %s), (1, %s, %s, %s, %s, %s)"
)
BARE_TABLE = (
    "CREATE TABLE IF NOT EXISTS bench_bare (id bigserial PRIMARY KEY, unit smallint NOT NULL, account text NOT NULL,"
    " amount bigint NOT NULL, key text NOT NULL, memo jsonb NOT NULL, at timestamptz NOT NULL)"
)


def _prepare() -> None:
    ledger.open_unit("BENCH", "测速", 2, sources=("gateway:",))
    drafts = [
        ledger.TransferDraft("BENCH", (Posting(f"gateway:{n}", f"person:{n}", 10_000_000),), f"fund:{n}")
        for n in range(ACCOUNTS)
    ]
    ledger.post_transfers(drafts, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute(BARE_TABLE)
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SHOW fsync")
        fsync = cursor.fetchone()
        cursor.execute("SHOW synchronous_commit")
        if (fsync, cursor.fetchone()) != (("on",), ("on",)):
            raise RuntimeError("this server does not make commits durable; a figure from it would be worth nothing")
    _post(0, ACCOUNTS)  # the first touch of a page after a checkpoint writes it whole; both sides start after that
    _insert(0, ACCOUNTS // 4)


def _post(worker: int, count: int) -> None:
    """Between accounts of the worker's own part, as residents pay bills: neighbours seldom meet."""
    run = uuid.uuid4().hex
    for n in range(count):
        place = (worker * 250 + n) % ACCOUNTS
        ledger.post_transfer(
            unit="BENCH",
            postings=[Posting(f"person:{place}", f"person:{(place + 125) % ACCOUNTS}", 1)],
            key=f"{run}:{n}",
            now=NOW,
            memo={"bill": n},
        )


def _post_to_one(worker: int, count: int) -> None:
    run = uuid.uuid4().hex
    for n in range(count):
        postings = [Posting(f"person:{(worker * 250 + n) % ACCOUNTS}", "institution:1:income", 1)]
        ledger.post_transfer(unit="BENCH", postings=postings, key=f"{run}:{n}", now=NOW, memo={"bill": n})


def _insert(worker: int, count: int) -> None:
    run = uuid.uuid4().hex
    with connection.cursor() as cursor:
        for n in range(count):
            place, memo = (worker * 250 + n) % ACCOUNTS, f'{{"bill": {n}}}'
            source, destination = f"person:{place}", f"person:{(place + 125) % ACCOUNTS}"
            key = f"{run}:{n}"
            with transaction.atomic():
                cursor.execute(BARE, [source, 1, key, memo, NOW, destination, 1, key, memo, NOW])


def _insert_in_one_trip(worker: int, count: int) -> None:
    """The barest of all: a single statement that is its own transaction; BEGIN and COMMIT are never sent."""
    run = uuid.uuid4().hex
    with connection.cursor() as cursor:
        for n in range(count):
            place, memo = (worker * 250 + n) % ACCOUNTS, f'{{"bill": {n}}}'
            key = f"{run}:{n}"
            cursor.execute(BARE, [f"person:{place}", 1, key, memo, NOW, f"person:{place + 1}", 1, key, memo, NOW])


def _many(act: Callable[[int, int], None], connections: int) -> Callable[[], float]:
    def run(worker: int, start: threading.Barrier) -> None:
        try:
            act(worker, WARM_UP)  # a connection plans its first calls anew; those of a web process live for minutes
            start.wait()
            act(worker, TRANSFERS // connections)
        finally:
            connection.close()

    def measure() -> float:
        start = threading.Barrier(connections + 1)
        threads = [threading.Thread(target=run, args=(n, start)) for n in range(connections)]
        for thread in threads:
            thread.start()

        def work() -> None:
            start.wait()
            for thread in threads:
                thread.join()

        return per_second(TRANSFERS, work)

    return measure


@bench("ledger.transfers")
def transfers() -> Iterator[Result]:
    """Transfers per second, one transaction each, on 1 and on 8 connections."""
    _prepare()
    for connections in (1, 8):
        ours, bare, barest, hot = in_turn(
            ROUNDS,
            _many(_post, connections),
            _many(_insert, connections),
            _many(_insert_in_one_trip, connections),
            _many(_post_to_one, connections),
        )
        name = f"ledger transfers, {connections} connection{'s' * (connections > 1)}"
        yield result(name, ours, "transfers/s", limits=bare, aim=AIM)
        yield result(f"{name}, against one-trip inserts", ours, "transfers/s", limits=barest)
        yield result(f"{name}, all to one account", hot, "transfers/s", limits=bare)
